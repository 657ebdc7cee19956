// While the screen is locked the page holds no readable text: what stood in it, and what was typed, is encrypted with a key that
// only the server can make again (ECDH with the sign-in's public key, then AES-GCM), and put back after unlocking.
const ATTRIBUTES = ["title", "aria-label", "aria-description", "alt", "placeholder", "value", "href", "src", "srcdoc"];
const FIELDS = "input:not([type=file]):not([type=hidden]), textarea, select";

const bytesOf = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const textOf = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

// Everything readable outside `kept`, as [how to put it back, text].
function* readable(kept) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node === kept || node.nodeName === "SCRIPT" ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.data.trim()) yield [(text) => (node.data = text), node.data];
      continue;
    }
    if (node.matches(FIELDS)) yield field(node);
    if (node.localName === "use") continue; // icons
    for (const name of node.getAttributeNames()) {
      if (ATTRIBUTES.includes(name) || name.startsWith("data-")) yield [attribute(node, name), node.getAttribute(name)];
    }
  }
  yield [(text) => (document.title = text), document.title];
}

function attribute(node, name) {
  return (text) => node.setAttribute(name, text);
}

function field(node) {
  if (node.type === "checkbox" || node.type === "radio") return [(text) => (node.checked = text === "1"), node.checked ? "1" : "0"];
  if (node.options) {
    const chosen = [...node.options].map((option) => (option.selected ? "1" : "0")).join("");
    return [(text) => [...node.options].forEach((option, at) => (option.selected = text[at] === "1")), chosen];
  }
  return [(text) => (node.value = text), node.value];
}

async function encrypted(text, publicKey) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("raw", bytesOf(publicKey), curve, false, []);
  const ours = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const secret = await crypto.subtle.digest("SHA-256", shared);
  const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(text));
  return { iv, body, public: textOf(await crypto.subtle.exportKey("raw", ours.publicKey)) };
}

// Blanks the page at once. Returns {public, open(key)}; `public` is what the server needs to make the key.
export function seal(kept, publicKey) {
  const found = [...readable(kept)];
  const texts = JSON.stringify(found.map(([, text]) => text));
  const back = found.map(([put]) => put);
  back.forEach((put) => put(""));
  document.title = "Locked · HIMS";
  const sealed = publicKey && crypto.subtle ? encrypted(texts, publicKey) : Promise.resolve({ plain: texts });
  return {
    public: sealed.then((box) => box.public),
    async open(key) {
      const box = await sealed;
      let plain = box.plain;
      if (plain === undefined) {
        const secret = await crypto.subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["decrypt"]);
        plain = new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, secret, box.body));
      }
      JSON.parse(plain).forEach((text, at) => back[at](text));
    },
  };
}
