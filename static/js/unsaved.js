// Forms [data-unsaved]: the browser asks before a page with unsaved changes is left.
const changed = new Set();

function note(event) {
  const form = event.target.closest?.("form[data-unsaved]");
  if (form) changed.add(form);
}

document.addEventListener("input", note);
document.addEventListener("change", note);
document.addEventListener("submit", (event) => changed.delete(event.target));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-unsaved]");
  if (form && event.detail.successful) changed.delete(form);
});

window.addEventListener("beforeunload", (event) => {
  const open = [...changed].filter((form) => form.isConnected);
  if (open.length === 0) return;
  event.preventDefault();
});
