// The hit that words mean: asked apart from the list on the page, so that Enter need not wait for the list nor trust an old one.
const undotted = (text) => text.replace(/[.\s]/g, "").toUpperCase();
const answer = document.createElement("div");
answer.hidden = true;
let failed = false;
answer.addEventListener("htmx:responseError", () => (failed = true));

const CODE = /^([A-Z]\d[0-9AB][0-9A-Z]{0,4}|(?=.*\d)[0-9A-HJ-NP-Z]{7})$/;

// A CPT or HCPCS code, with its modifiers behind it: 99213-25. With them no hit can stand for it.
const SERVICE = /^([A-Z]\d{4}|\d{4}[0-9A-Z])([\s-]+[0-9A-Z]{2})*$/;
const isCode = (words) => CODE.test(undotted(words)) || SERVICE.test(words.trim().toUpperCase());

// A code typed whole, with or without its dot.
const exact = (hits, code) => hits.find((hit) => hit.dataset.code === code);

// The hit that a list shows as chosen. Who types a code means that code or one that begins so, never one that only sounds like it.
export function best(hits, words) {
  const code = undotted(words);
  const near = isCode(words) ? hits.find((hit) => hit.dataset.code.startsWith(code)) : hits[0];
  return exact(hits, code) ?? near;
}

// Without seeing the list nobody means a code by its beginning alone: then there is no hit, and the typed code speaks for itself.
// Throws when the server did not answer; the toast says why.
export async function hitFor(form, words, system) {
  if (!answer.isConnected) form.append(answer);
  failed = false;
  const values = { q: words, system, on: form.elements.on.value, limit: form.elements.limit.value };
  const url = form.querySelector("[hx-get]").getAttribute("hx-get");
  await htmx.ajax("GET", url, { source: answer, target: answer, swap: "innerHTML", values });
  if (failed) throw new Error("The search did not answer.");
  const [hits, code] = [[...answer.querySelectorAll("[data-pick]")], undotted(words)];
  answer.replaceChildren();
  return isCode(words) ? exact(hits, code) : hits[0];
}
