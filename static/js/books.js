// The books (index, tabular list): arrows from the field into the lines, Enter takes the code of a line, → follows or opens it.
const TYPING = "input, textarea, select, [contenteditable=true]";

// A code that is chosen in a book goes to the coding beside it: the search of the workbench listens.
document.addEventListener("click", (event) => {
  const use = event.target.closest("[data-use]");
  if (!use) return;
  const { code, system } = use.dataset;
  document.dispatchEvent(new CustomEvent("workbench:add", { detail: { code, system } }));
});

function firstRow(list) {
  const row = list?.querySelector("[data-row]");
  if (!row) return false;
  for (const old of list.querySelectorAll(".is-cursor")) old.classList.remove("is-cursor");
  row.classList.add("is-cursor");
  row.tabIndex = -1;
  row.focus();
  return true;
}

function forward(row) {
  const link = row.querySelector("[data-see]") ?? row.querySelector("[data-go]");
  link?.click();
  return Boolean(link);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return;
  const field = event.target.closest("[data-down]");
  if (field && event.key === "ArrowDown" && firstRow(document.querySelector(field.dataset.down))) {
    event.preventDefault();
    return;
  }
  const row = event.target.closest("[data-book] [data-row]");
  if (!row || event.target.closest(TYPING)) return;
  if (event.key === "ArrowRight" && forward(row)) event.preventDefault();
  // A line that leads to no code: Enter opens what is below it.
  else if (event.key === "Enter" && event.target === row && !row.querySelector("[data-open]") && forward(row)) event.preventDefault();
});
