// The command palette: a combobox over what the page and the navigation offer this person. Elements do the work, so that it can do
// nothing that cannot be done without it. Focus and selected text return where they were before a command is done.
import { commandsIn, keysOf, run, words } from "./commands.js";
import { kbd } from "./strokes.js";
import { say } from "./say.js";

const dialog = document.getElementById("palette");
const field = dialog?.querySelector("#palette-text");
const list = dialog?.querySelector("#palette-list");
const LATER = [".nav", "#user-menu"];
const COUNT_MS = 300;

let all = [];
let origin = null;
let ranges = [];
let chosen = null;
let timer = 0;

const recent = () => dialog.dataset.recent.split(" ").filter(Boolean);
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const options = () => [...list.children];
const picked = () => list.querySelector("[aria-selected=true]");

// What was used last comes first, then what the page does, then where one can go.
function rank({ name, element }) {
  const at = recent().indexOf(name);
  return at >= 0 ? at : 100 + LATER.findIndex((part) => element.closest(part)) * 100 + 100;
}

function collect() {
  const seen = new Set();
  return commandsIn(document)
    .filter((element) => element.dataset.command !== "palette.open" && !dialog.contains(element))
    .map((element) => ({ element, name: element.dataset.command ?? "", label: words(element), keys: keysOf(element) }))
    .filter(({ label }) => label && !seen.has(label) && seen.add(label))
    .sort((one, other) => rank(one) - rank(other));
}

// Every word typed begins a word of the name, in any order.
function fits({ label }, typed) {
  const parts = plain(label).split(/[^\p{L}\p{N}]+/u);
  return typed.every((word) => parts.some((part) => part.startsWith(word)));
}

function select(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (!option) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", option.id);
  return option.scrollIntoView({ block: "nearest" });
}

function draw() {
  const typed = plain(field.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const found = all.filter((each) => fits(each, typed));
  list.replaceChildren(...found.map((each, place) => {
    const row = document.getElementById("palette-model").content.firstElementChild.cloneNode(true);
    row.id = `palette-${place}`;
    row.dataset.at = String(all.indexOf(each));
    row.querySelector(".palette__label").textContent = each.label;
    row.querySelector(".kbd").replaceWith(kbd(each.keys));
    return row;
  }));
  list.hidden = found.length === 0;
  dialog.querySelector("[data-palette-none]").hidden = found.length > 0;
  field.setAttribute("aria-expanded", String(found.length > 0));
  select(list.firstElementChild);
  clearTimeout(timer);
  timer = setTimeout(() => say(found.length === 1 ? "1 command" : `${found.length || "No"} commands`), COUNT_MS);
}

function open() {
  if (dialog.open) return dialog.close();
  if (document.querySelector("dialog[open]")) return undefined;
  all = collect();
  origin = document.activeElement;
  const selection = window.getSelection();
  ranges = selection.isCollapsed ? [] : [...Array(selection.rangeCount).keys()].map((at) => selection.getRangeAt(at).cloneRange());
  field.value = "";
  dialog.showModal();
  field.focus();
  return draw();
}

function restore() {
  if (origin?.isConnected && origin !== document.body) origin.focus({ preventScroll: true });
  if (!ranges.length) return;
  const selection = window.getSelection();
  selection.removeAllRanges();
  for (const range of ranges) if (range.startContainer.isConnected) selection.addRange(range);
  document.dispatchEvent(new CustomEvent("hims:selected"));
}

function note(name) {
  dialog.dataset.recent = [name, ...recent().filter((each) => each !== name)].slice(0, 8).join(" ");
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  const body = new URLSearchParams({ command: name });
  fetch(dialog.dataset.used, { method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: true })
    .catch((refused) => console.info("The palette could not note what was chosen.", refused));
}

// An answer of the server may have drawn the element anew meanwhile: the one that now does the same.
const standing = ({ element, name, label }) => (element.isConnected ? element : commandsIn(document).find((each) => each.dataset.command === name && words(each) === label));

function take(option) {
  if (!option) return;
  chosen = all[Number(option.dataset.at)];
  dialog.close("done");
}

function closed() {
  clearTimeout(timer);
  restore();
  const command = chosen;
  chosen = null;
  const element = command && standing(command);
  if (!element) return;
  if (command.name) note(command.name);
  run(element, { target: origin ?? document.body });
}

const KEYS = {
  ArrowDown: () => select(picked()?.nextElementSibling ?? list.firstElementChild),
  ArrowUp: () => select(picked()?.previousElementSibling ?? list.lastElementChild),
  Enter: () => take(picked()),
};

if (dialog) {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
  });
  field.addEventListener("input", draw);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  dialog.addEventListener("close", closed);
}
