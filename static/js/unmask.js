// Numbers shown in part: [data-masked] holds one. What htmx puts there is taken back by [data-masked-cancel], after the
// seconds of [data-remask], and when the page is left.
const before = new WeakMap();

function restore(holder) {
  const kept = before.get(holder);
  if (kept === undefined) {
    const shown = holder.querySelector("[data-remask]");
    if (shown) shown.textContent = shown.dataset.remaskAs;
    return;
  }
  before.delete(holder);
  holder.replaceChildren(...kept);
  window.htmx.process(holder);
}

function watch(root) {
  for (const shown of root.querySelectorAll("[data-remask]")) {
    const holder = shown.closest("[data-masked]");
    if (holder) setTimeout(() => shown.isConnected && restore(holder), Number(shown.dataset.remask) * 1000);
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const holder = event.detail.target;
  if (holder.matches("[data-masked]") && !before.has(holder)) before.set(holder, [...holder.childNodes]);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.matches("[data-masked]")) watch(event.detail.target);
});
document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-masked-cancel]");
  if (!cancel) return;
  const holder = cancel.closest("[data-masked]");
  if (before.has(holder)) restore(holder);
  else history.back();
});
window.addEventListener("pagehide", () => {
  for (const shown of document.querySelectorAll("[data-remask]")) restore(shown.closest("[data-masked]"));
});
watch(document);
