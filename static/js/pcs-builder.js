// The builder of PCS codes: the field keeps the focus, arrows choose among what may come next, Enter takes it or adds the whole code.
const root = (element) => element.closest("[data-pcs]");
const field = (box) => box.querySelector("[data-pcs-field]");
const options = (box) => [...box.querySelectorAll("#pcs-options [role=option]")];
const chosen = (box) => box.querySelector("#pcs-options [aria-selected=true]");

function select(box, option) {
  for (const each of options(box)) each.setAttribute("aria-selected", String(each === option));
  if (!option) return field(box).removeAttribute("aria-activedescendant");
  field(box).setAttribute("aria-activedescendant", option.id);
  return option.scrollIntoView({ block: "nearest" });
}

function go(box, code) {
  const input = field(box);
  input.value = code;
  input.focus();
  htmx.trigger(input, "pcs-step");
}

// Only what belongs to the characters in the field counts: Enter never overtakes the answer to the last one.
function settled(box) {
  return !box.querySelector("#pcs-state").hasAttribute("aria-busy") && field(box).dataset.asked === field(box).value;
}

function enter(box) {
  if (!settled(box)) {
    box.dataset.waiting = "enter";
    return;
  }
  const option = chosen(box);
  const complete = box.querySelector("[data-pcs-state]")?.dataset.complete;
  if (complete) box.querySelector("#pcs-state [data-use]")?.click();
  else if (option) go(box, option.dataset.pcsGo);
}

function step(box, change) {
  const all = options(box);
  select(box, all[Math.max(0, Math.min(all.length - 1, all.indexOf(chosen(box)) + change))]);
}

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-pcs-field]") || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const box = root(event.target);
  if (event.key === "ArrowDown") step(box, 1);
  else if (event.key === "ArrowUp") step(box, -1);
  else if (event.key === "Enter") enter(box);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const to = event.target.closest("[data-pcs] [data-pcs-go]");
  if (to) go(root(to), to.dataset.pcsGo);
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.matches?.("[data-pcs-field]")) event.target.dataset.sent = event.target.value;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const box = event.target.id === "pcs-state" ? root(event.target) : event.target.querySelector?.("[data-pcs]");
  if (!box) return;
  const input = field(box);
  input.dataset.asked = input.dataset.sent ?? input.value;
  select(box, chosen(box));
  if (box.dataset.waiting !== "enter" || input.dataset.asked !== input.value) return;
  delete box.dataset.waiting;
  requestAnimationFrame(() => enter(box));
});

for (const box of document.querySelectorAll("[data-pcs]")) {
  field(box).dataset.asked = field(box).value;
  select(box, chosen(box));
}
