// Toasts: the event "toast" ({text, tone}), which a server sends as HX-Trigger, and refused requests.
import { say } from "./say.js";

const STAY_MS = 7000;
const TONES = ["stop", "warn", "inform", "done", "neutral"];
const SENTENCES = {
  0: "The server did not answer. Your work on this page is still here; try again.",
  401: "You have been signed out. Sign in again in another tab, then repeat the last step.",
  403: "You are not allowed to do this.",
  404: "This is no longer there, or it is not yours to see.",
  413: "The file is too large.",
  429: "Too many requests in a short time. Wait a moment.",
};

const region = () => document.getElementById("toasts");
// Elsewhere the toasts are a live region of their own; where a page has one place for everything, they are read out there.
const tellsItself = () => region().getAttribute("role") === "status";

function leave(toast) {
  toast.remove();
  const box = region();
  if (box && box.childElementCount === 0 && box.matches(":popover-open")) box.hidePopover();
}

// A stop or warning waits until it is read; everything else leaves by itself, but never under the pointer or the focus.
function arm(toast) {
  if (["stop", "warn"].includes(toast.dataset.tone)) return;
  let timer = setTimeout(() => leave(toast), STAY_MS);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) {
    toast.addEventListener(name, () => (timer = setTimeout(() => leave(toast), STAY_MS)));
  }
}

// The region is a popover, so that a toast stands above an open dialog too.
function raise() {
  const box = region();
  if (!box.showPopover) return;
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
}

function show({ text, tone = "neutral" }) {
  const model = document.getElementById("toast-model");
  if (!text || !model || !region()) return;
  const toast = model.content.firstElementChild.cloneNode(true);
  toast.dataset.tone = TONES.includes(tone) ? tone : "neutral";
  toast.querySelector("[data-toast-text]").textContent = text;
  const use = toast.querySelector("[data-toast-icon] use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*$/, `#${toast.dataset.tone}`));
  raise();
  region().append(toast);
  arm(toast);
  if (!tellsItself()) say(text);
}

// The sentence in an answer that refuses.
export function problem(request) {
  const body = request.responseText ?? "";
  if ((request.getResponseHeader("Content-Type") ?? "").includes("json")) {
    try {
      return JSON.parse(body).detail;
    } catch (damaged) {
      console.warn("An answer marked as JSON was none.", damaged);
      return undefined;
    }
  }
  return new DOMParser().parseFromString(body, "text/html").querySelector("[data-problem]")?.textContent.trim();
}

document.addEventListener("toast", (event) => show(event.detail ?? {}));

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const text = problem(xhr) ?? SENTENCES[xhr.status] ?? "Something went wrong on the server. Nothing was saved; try again.";
  show({ text, tone: xhr.status === 409 ? "warn" : "stop" });
});

document.addEventListener("htmx:sendError", () => show({ text: SENTENCES[0], tone: "stop" }));

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-toast-close]");
  if (close) leave(close.closest(".toast"));
});

if (region()?.childElementCount) {
  raise();
  [...region().children].forEach(arm);
  if (!tellsItself()) say([...region().querySelectorAll("[data-toast-text]")].map((each) => each.textContent).join(" "));
}
