// A field with [data-from-selection="selector"] takes over what is selected in that part of the page.
document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return;
  for (const field of document.querySelectorAll("[data-from-selection]")) {
    const source = document.querySelector(field.dataset.fromSelection);
    const inside = source && source.contains(selection.anchorNode) && source.contains(selection.focusNode);
    if (inside) field.value = selection.toString();
  }
});
