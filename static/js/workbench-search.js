// The code search as a combobox: arrows choose a hit, Enter takes it, a category opens its codes, typed codes need no hit.
// Enter takes the words out of the field at once: the next code can be typed while the server looks for the last one and adds it.
import { say } from "./say.js";
import { open, take } from "./workbench-adding.js";
import { best } from "./workbench-hits.js";

const form = document.querySelector("[data-code-entry]");
const field = form?.querySelector("#code-text");
const box = document.getElementById("code-hits");
const hits = () => [...box.querySelectorAll("[data-pick]")];
const picked = () => box.querySelector("[aria-selected=true]");
const system = () => form.elements.system.value;
const question = (words, set) => JSON.stringify([words.trim(), set]);
let answered = ""; // what the list on the page was asked

const isFresh = () => answered === question(field.value, system());

// The hit that Enter would take now; none while the list is about other words.
export const chosenHit = () => (form && isFresh() ? picked() : null);

function select(hit) {
  for (const each of hits()) each.setAttribute("aria-selected", String(each === hit));
  if (hit) {
    field.setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function close() {
  box.replaceChildren();
  answered = "";
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function clear() {
  htmx.trigger(field, "htmx:abort");
  field.value = "";
  close();
}

function prepare() {
  const list = box.querySelector("[data-results]");
  field.setAttribute("aria-expanded", String(Boolean(list)));
  if (!field.value.trim()) return close();
  list?.setAttribute("role", "listbox");
  hits().forEach((hit, place) => {
    hit.id = `code-hit-${place}`;
    hit.setAttribute("role", "option");
    hit.tabIndex = -1;
  });
  select(best(hits(), field.value));
  return tell(list);
}

// The count and the hit that stands chosen; the others are read as the arrows reach them (aria-activedescendant).
function tell(list) {
  const chosen = picked() ?? hits()[0];
  if (chosen) say(`${hits().length} ${hits().length === 1 ? "hit" : "hits"}. ${chosen.querySelector(".mono")?.textContent ?? ""} ${chosen.dataset.title}`);
  else if (!list) say(box.querySelector(".empty__title")?.textContent ?? box.textContent);
}

function hand(words, hit) {
  clear();
  take(words, hit);
}

function pick(hit) {
  if (hit.dataset.billable === "false") open(hit);
  else hand(field.value.trim(), hit);
}

function enter() {
  const hit = chosenHit();
  if (hit) pick(hit);
  else if (field.value.trim()) hand(field.value.trim(), null);
}

function show() {
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== system();
  if (field.value.trim()) htmx.trigger(field, "code-search");
}

const KEYS = {
  ArrowDown: () => select(hits()[Math.min(hits().length - 1, hits().indexOf(picked()) + 1)]),
  ArrowUp: () => select(hits()[Math.max(0, hits().indexOf(picked()) - 1)]),
  Enter: enter,
};

// The palette lies over the search without leaving it.
const hasLeft = (element) => !form.contains(element) && !element?.closest("#palette");

function bind() {
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape") return clear(); // and the keys module leaves the field
    if (event.key in KEYS) {
      KEYS[event.key]();
    } else return;
    event.preventDefault();
  });
  field.addEventListener("input", () => field.removeAttribute("aria-invalid"));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.system.addEventListener?.("change", show);
  box.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const hit = event.target.closest("[data-pick]");
    if (hit) pick(hit);
  });
  form.addEventListener("focusout", (event) => {
    if (hasLeft(event.relatedTarget)) close();
  });
  form.querySelector("[data-toggle-system]")?.addEventListener("click", () => {
    const other = [...form.elements.system.options].find((option) => !option.selected);
    form.elements.system.value = other.value;
    show();
    field.focus();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== box) return;
    const { q, system: set } = event.detail.requestConfig.parameters;
    answered = question(q, set);
    if (hasLeft(document.activeElement)) close(); // an answer that came too late would lie over the codes
    else prepare();
  });
  // A book or the shelf beside the coding hands over a code.
  document.addEventListener("workbench:add", (event) => {
    field.focus();
    hand("", { dataset: event.detail });
  });
}

if (form) bind();
