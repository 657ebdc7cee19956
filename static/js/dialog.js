// Dialogs: [data-dialog-open="id"], [data-dialog-close], and [data-dialog-auto] for one that htmx swaps in.
function openDialog(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    openDialog(document.getElementById(opener.dataset.dialogOpen));
    return;
  }
  if (event.target.closest("[data-dialog-close]")) {
    event.target.closest("dialog")?.close("cancel");
    return;
  }
  if (event.target instanceof HTMLDialogElement && !event.target.hasAttribute("data-dialog-firm")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close("cancel");
  }
});

document.addEventListener("htmx:afterSettle", () => {
  document.querySelectorAll("dialog[data-dialog-auto]").forEach(openDialog);
});

// A server answer may close the dialog it came from: HX-Trigger: dialog-close
document.addEventListener("dialog-close", (event) => {
  const named = event.detail?.id ? document.getElementById(event.detail.id) : null;
  (named ?? document.querySelector("dialog[open]"))?.close("done");
});

document.querySelectorAll("dialog[data-dialog-auto]").forEach(openDialog);
