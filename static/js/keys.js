// Keys of the page: [data-key="e"] or a sequence [data-key="g h"]; "?" lists them, "/" goes to the search.
const PATIENCE_MS = 1200;
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]";

const SETTING = "hims.keys";

let pressed = [];
let timer = 0;

// Single keys can be switched off in the keys dialog (speech control, tremor).
function kept() {
  try {
    return localStorage.getItem(SETTING);
  } catch (refused) {
    return null;
  }
}

const typing = (target) => target instanceof Element && target.closest(TYPING) !== null;

function shown(element) {
  return element.getClientRects().length > 0 || element.closest(".nav") !== null;
}

// With a dialog open only the keys inside it count.
function scope() {
  return document.querySelector("dialog[open]") ?? document;
}

function keyed() {
  return [...scope().querySelectorAll("[data-key]")].filter((element) => !element.disabled && shown(element));
}

function act(element) {
  if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function search() {
  const field = [...document.querySelectorAll("[data-search], [data-search-link]")].find((found) => found.matches("main [data-search]"))
    ?? document.querySelector("[data-search], [data-search-link]");
  if (field) act(field);
  return Boolean(field);
}

function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .count").forEach((part) => part.remove());
  const label = element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? copy.textContent;
  return label.trim().replace(/\s+/g, " ");
}

function line(keys, label) {
  const row = document.createElement("div");
  row.className = "keys__row";
  const name = document.createElement("span");
  name.textContent = label;
  const caps = document.createElement("span");
  caps.className = "kbd";
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    caps.append(cap);
  }
  row.append(name, caps);
  return row;
}

function help() {
  const dialog = document.getElementById("keys-dialog");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-keys-here]");
  const seen = new Set();
  list.replaceChildren();
  dialog.querySelector("[data-keys-switch]").checked = kept() !== "off";
  for (const element of keyed()) {
    if (seen.has(element.dataset.key)) continue;
    seen.add(element.dataset.key);
    list.append(line(element.dataset.key, words(element)));
  }
  dialog.showModal();
}

function remember(key) {
  clearTimeout(timer);
  pressed.push(key);
  timer = setTimeout(() => (pressed = []), PATIENCE_MS);
}

// The element that the keys pressed so far complete; undefined while a sequence may still go on, or nothing fits.
function match() {
  const candidates = keyed();
  for (let from = 0; from < pressed.length; from += 1) {
    const tail = pressed.slice(from).join(" ");
    const exact = candidates.find((element) => element.dataset.key === tail);
    if (exact) return exact;
  }
  return undefined;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) {
    event.target.blur();
    return;
  }
  if (event.key.length !== 1 || typing(event.target) || kept() === "off") return;
  if (event.key === "?") {
    event.preventDefault();
    help();
    return;
  }
  if (event.key === "/" && scope() === document && search()) {
    event.preventDefault();
    return;
  }
  remember(event.key);
  const element = match();
  if (!element) return;
  event.preventDefault();
  pressed = [];
  act(element);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) help();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  try {
    localStorage.setItem(SETTING, event.target.checked ? "on" : "off");
  } catch (refused) {
    console.info("This browser keeps no settings; single keys stay on.", refused);
  }
});
