// Filter forms [data-autosubmit]: submit by themselves, shortly after the last change.
const WAIT_MS = 300;
const timers = new WeakMap();

function submit(form) {
  if (!form.isConnected || !form.checkValidity()) return;
  form.requestSubmit();
}

function later(form, wait) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => submit(form), wait));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (!form || !event.target.matches("input[type=search], input[type=text]")) return;
  if (form.matches("[hx-get], [hx-post]")) later(form, WAIT_MS);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) later(form, event.target.matches("input[type=search], input[type=text]") ? WAIT_MS : 0);
});
