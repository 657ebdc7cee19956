// The code search as a combobox: arrows choose a hit, Enter takes it, a category opens its codes, typed codes need no hit.
import { say } from "./say.js";
import { chooseNew, lineIds } from "./workbench-codes.js";
import { send } from "./workbench-send.js";

const form = document.querySelector("[data-code-entry]");
const field = form?.querySelector("#code-text");
const box = document.getElementById("code-hits");
const hits = () => [...box.querySelectorAll("[data-pick]")];
const picked = () => box.querySelector("[aria-selected=true]");
const system = () => form.elements.system.value;

function select(hit) {
  for (const each of hits()) each.setAttribute("aria-selected", String(each === hit));
  if (hit) {
    field.setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function close() {
  box.replaceChildren();
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function clear() {
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
  select(hits()[0]);
  return tell(list);
}

// The count and the hit that stands chosen; the others are read as the arrows reach them (aria-activedescendant).
function tell(list) {
  const first = hits()[0];
  if (first) say(`${hits().length} ${hits().length === 1 ? "hit" : "hits"}. ${first.querySelector(".mono")?.textContent ?? ""} ${first.dataset.title}`);
  else if (!list) say(box.querySelector(".empty__title")?.textContent ?? box.textContent);
}

async function add(code, codeSystem) {
  const values = { code, system: codeSystem };
  if (codeSystem === "icd10pcs") values.performed_on = form.elements.performed_on?.value ?? "";
  else values.role = form.elements.role?.value ?? "";
  const before = lineIds();
  close();
  await send(form.dataset.action, values);
  const added = chooseNew(before);
  field.setAttribute("aria-invalid", String(Boolean(form.querySelector("[data-refused]"))));
  if (added) clear();
  field.focus();
}

function take(hit) {
  if (hit.dataset.billable === "false") {
    field.value = hit.dataset.code;
    field.focus();
    htmx.trigger(field, "code-search");
  } else add(hit.dataset.code, hit.dataset.system);
}

function enter() {
  const hit = picked();
  if (hit) take(hit);
  else if (field.value.trim()) add(field.value.trim(), system());
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

function bind() {
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
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
    if (hit) take(hit);
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget) && !event.relatedTarget?.closest("#palette")) close();
  });
  form.querySelector("[data-toggle-system]")?.addEventListener("click", () => {
    const other = [...form.elements.system.options].find((option) => !option.selected);
    form.elements.system.value = other.value;
    show();
    field.focus();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === box) prepare();
  });
  // A book or the shelf beside the coding hands over a code.
  document.addEventListener("workbench:add", (event) => add(event.detail.code, event.detail.system));
}

if (form) bind();
