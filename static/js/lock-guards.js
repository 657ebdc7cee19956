// What may not happen behind a locked screen: keys, forms, requests of htmx and their answers.
const LOCKED = 423;
const BACKGROUND = "X-HIMS-Background";

export function guard({ isLocked, isOver, check, dialog }) {
  window.addEventListener("keydown", (event) => isLocked() && event.stopImmediatePropagation(), true);
  window.addEventListener("submit", (event) => {
    if (dialog.contains(event.target) || (!isLocked() && !isOver())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    check();
  }, true);
  // What a page asks by itself keeps no screen open.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (!detail.triggeringEvent?.isTrusted) detail.headers[BACKGROUND] = "1";
  });
  for (const name of ["htmx:beforeRequest", "htmx:beforeSwap"]) {
    document.addEventListener(name, (event) => isLocked() && event.preventDefault());
  }
  window.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== LOCKED) return;
    event.stopImmediatePropagation();
    check();
  }, true);
}
