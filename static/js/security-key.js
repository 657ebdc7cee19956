// Security keys and passkeys: forms [data-key-form="create|get"] fill their field `credential` from the browser's own dialog.
// data-key-options: the id of the JSON block with what the server asks for. Bytes travel as base64url.
const BYTES = { create: ["challenge", "user.id", "excludeCredentials.*.id"], get: ["challenge", "allowCredentials.*.id"] };
const ADDRESS = "Browsers offer security keys only where the address is a name, such as http://localhost:8000, or https.";
const SENTENCES = {
  NotAllowedError: "The browser was not allowed to use a key, or nothing was touched in time. Try again.",
  InvalidStateError: "This key is in your list already.",
  SecurityError: ADDRESS,
};

function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function convert(holder, path) {
  const [name, ...rest] = path;
  if (name === "*") holder.forEach((item) => convert(item, rest));
  else if (holder?.[name] === undefined) return;
  else if (rest.length) convert(holder[name], rest);
  else holder[name] = toBytes(holder[name]);
}

function answerOf(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const sent = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...Object.fromEntries(sent), ...(response.getTransports ? { transports: response.getTransports() } : {}) },
  };
}

// The answer of the key as JSON text; throws an Error with a sentence for the person.
export async function askKey(kind, options) {
  if (!window.PublicKeyCredential || !navigator.credentials) throw new Error(ADDRESS);
  const { publicKey } = structuredClone(options);
  for (const path of BYTES[kind]) convert(publicKey, path.split("."));
  try {
    return JSON.stringify(answerOf(await navigator.credentials[kind]({ publicKey })));
  } catch (refused) {
    throw new Error(SENTENCES[refused.name] ?? "This key could not be used. Try again, or choose another way.");
  }
}

function show(form, text) {
  const box = form.querySelector("[data-key-problem]");
  box.querySelector("[data-key-problem-text]").textContent = text;
  box.hidden = text === "";
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-key-form]");
  if (!form) return;
  event.preventDefault();
  show(form, "");
  try {
    const options = JSON.parse(document.getElementById(form.dataset.keyOptions).textContent);
    form.elements.credential.value = await askKey(form.dataset.keyForm, options);
    form.submit();
  } catch (refused) {
    show(form, refused.message);
  }
});
