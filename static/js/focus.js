// Where the focus goes: the first invalid control after a refused form, [data-focus] in what htmx swapped in.
function place(root) {
  if (document.querySelector("dialog[open]") && !root.closest("dialog")) return;
  const target = root.querySelector("[aria-invalid=true]") ?? root.querySelector("[data-focus]");
  target?.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element) place(event.target);
});

const summary = document.querySelector("[data-form-errors]");
if (summary) (document.querySelector("main [aria-invalid=true]") ?? summary).focus();

// While a request runs, the swapped element says that it is busy.
document.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));
