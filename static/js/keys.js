// Keys of the page: the command whose key was pressed is done; "?" lists them, "/" goes to the search.
import { commandsIn, does, keysOf, run, standing, tell, words } from "./commands.js";
import { isCharacter, kbd, strokeOf } from "./strokes.js";

const PATIENCE_MS = 1200;
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]";
const ALWAYS = ["palette.open"]; // also while typing

let pressed = [];
let timer = 0;

const typing = (target) => target instanceof Element && target.closest(TYPING) !== null;
const openDialog = () => document.querySelector("dialog[open]");

function search() {
  if (openDialog()) return false;
  const field = document.querySelector("main [data-search]") ?? document.querySelector("[data-search], [data-search-link]");
  if (!field) return false;
  if (field.matches("[data-search]")) {
    field.focus();
    field.select?.();
  } else field.click();
  return true;
}

function line(keys, label) {
  const row = document.createElement("div");
  row.className = "keys__row";
  const name = document.createElement("span");
  name.textContent = label;
  row.append(name, kbd(keys));
  return row;
}

function help() {
  const dialog = document.getElementById("keys-dialog");
  if (!dialog || dialog.open) return;
  const seen = new Set(standing().map((element) => element.dataset.key));
  const rows = [];
  for (const element of commandsIn(openDialog() ?? document)) {
    const keys = keysOf(element);
    if (!keys || seen.has(keys)) continue;
    seen.add(keys);
    rows.push(line(keys, words(element)));
  }
  dialog.querySelector("[data-keys-here]").replaceChildren(...rows);
  dialog.showModal();
}

does("keys.help", help);
does("search.go", search);
does("palette.open", () => {
  document.querySelector("[data-palette-open]")?.click();
});

// Some commands want the focus in a part of the page, and some are heard in certain fields too.
function hears(element, target) {
  const { command, keyWithin, keyWithout, keyFields } = element.dataset;
  if (typing(target) && !ALWAYS.includes(command) && !(keyFields && target.matches(keyFields))) return false;
  if (keyWithin && !target.closest(keyWithin)) return false;
  return !(keyWithout && target.closest(keyWithout));
}

function candidates(target) {
  return [...standing(), ...commandsIn(openDialog() ?? document)].filter((element) => keysOf(element) && hears(element, target));
}

function remember(stroke) {
  clearTimeout(timer);
  pressed = isCharacter(stroke) ? [...pressed, stroke] : [stroke];
  timer = setTimeout(() => (pressed = []), PATIENCE_MS);
}

// Those that the keys pressed so far complete, a longer sequence first.
function completed(all) {
  return pressed.flatMap((_, from) => {
    const tail = pressed.slice(from).join(" ");
    return all.filter((element) => element.dataset.key === tail);
  });
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.defaultPrevented || event.isComposing || !(target instanceof Element)) return;
  if (event.key === "Escape" && typing(target) && !target.closest("dialog")) {
    target.blur();
    return;
  }
  const stroke = strokeOf(event);
  if (!stroke || (typing(target) && isCharacter(stroke))) return;
  remember(stroke);
  const done = completed(candidates(target)).find((element) => run(element, event));
  if (!done) return;
  event.preventDefault();
  pressed = [];
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) help();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-keys-switch]")) tell({ single: event.target.checked ? "on" : "off" });
});
