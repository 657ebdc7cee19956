// [data-copy="text"] copies a code or number and says so.
function say(text, tone) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));
}

document.addEventListener("click", async (event) => {
  const source = event.target.closest("[data-copy]");
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.dataset.copy);
    say(`Copied ${source.dataset.copy}.`, "done");
  } catch (refused) {
    say("This browser did not allow copying.", "warn");
  }
});
