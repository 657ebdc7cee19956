// Asks before a step that matters: hx-confirm="…" on htmx elements, data-confirm="…" on plain submit buttons and links.
const dialog = () => document.getElementById("confirm-dialog");

function ask(question, source) {
  const box = dialog();
  if (!box) return Promise.resolve(window.confirm(question));
  box.querySelector("[data-confirm-text]").textContent = question;
  const yes = box.querySelector("[data-confirm-yes]");
  yes.textContent = source?.dataset.confirmLabel ?? "Go on";
  yes.classList.toggle("button--stop", source?.dataset.confirmTone === "stop");
  yes.classList.toggle("button--primary", source?.dataset.confirmTone !== "stop");
  box.returnValue = "";
  box.showModal();
  return new Promise((answer) => {
    box.addEventListener("close", () => answer(box.returnValue === "yes"), { once: true });
  });
}

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question, event.detail.elt)) event.detail.issueRequest(true);
});

document.addEventListener("click", async (event) => {
  const source = event.target.closest("[data-confirm]");
  if (!source || source.dataset.confirmed === "yes") return;
  event.preventDefault();
  event.stopPropagation();
  if (!(await ask(source.dataset.confirm, source))) return;
  source.dataset.confirmed = "yes";
  source.click();
  delete source.dataset.confirmed;
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-confirm-yes]")) dialog().close("yes");
});
