// Who works on the account. An open page takes it, tells every minute that it is still open, and lets it go when it is left; a
// locked screen tells nothing. When somebody else has it, the codes are for reading, and what was typed here stays to be copied.
import { newId } from "./page-id.js";

const BEAT_MS = 60_000;
const page = newId();
const side = document.querySelector("[data-coding]");
const base = () => side.dataset.base;
const editable = () => document.getElementById("coded")?.dataset.editable === "1";
const locked = () => document.getElementById("lock")?.open ?? false;
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
let works = editable();
let again = 0;

function post(path, values, more = {}) {
  const headers = { "X-CSRFToken": token(), "X-HIMS-Background": "1", "HX-Request": "true" };
  return fetch(`${base()}${path}`, { method: "POST", body: new URLSearchParams({ page, ...values }), headers, ...more });
}

async function beat(values = {}) {
  if (!works || locked()) return;
  try {
    const answer = await post("hold", values);
    if (answer.status === 409) htmx.ajax("GET", `${base()}pane`, { target: "#coded", swap: "outerHTML" });
  } catch (away) {
    console.info("The server does not hear this page; it will be told in a minute.", away);
  }
}

// Nothing here is taken away: fields can be read and copied, but no longer sent.
function freeze() {
  works = false;
  side.toggleAttribute("data-frozen", true);
  const forms = document.querySelectorAll("[data-code-entry], [data-override-form]");
  for (const field of [...forms].flatMap((form) => [...form.elements])) {
    if (field.matches("input[type=search], input:not([type]), input[type=text], textarea")) field.readOnly = true;
    else if (!field.hasAttribute("data-dialog-close")) field.disabled = true;
  }
  document.getElementById("code-hits")?.replaceChildren();
  document.getElementById("code-text")?.setAttribute("aria-expanded", "false");
  document.getElementById("code-text")?.removeAttribute("aria-activedescendant");
  for (const part of document.querySelectorAll(".line-keys, [data-pin-tools]")) part.hidden = true;
  document.querySelector("[data-reading]")?.removeAttribute("data-pin");
}

// A page that waits looks again by itself when the hold may have become old.
function wait() {
  clearTimeout(again);
  const seconds = Number(document.querySelector("[data-hold-notice]")?.dataset.againIn ?? 0);
  if (!seconds) return;
  again = setTimeout(() => (locked() ? wait() : document.querySelector("[data-look-again]")?.click()), seconds * 1000);
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "coded" && works && !editable()) freeze();
  if (["coded", "account-hold"].includes(event.target.id)) wait();
});

window.addEventListener("pagehide", () => {
  if (works && !locked()) post("hold/leave", {}, { keepalive: true }).catch((gone) => console.info("The page was left unheard.", gone));
});

if (works) {
  beat({ anew: "1" });
  setInterval(beat, BEAT_MS);
  document.getElementById("lock")?.addEventListener("close", () => beat());
}
wait();
