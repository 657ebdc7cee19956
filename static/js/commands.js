// The commands of the page: elements with [data-key] and their words [data-key-label], as the server's catalogue gives them.
// [data-standing] are those that no single element does; a script says with does() how.
import { aria, fill, isSingle, spelled } from "./strokes.js";

const HIDDEN_YET_THERE = ".nav, #user-menu";
const channel = new BroadcastChannel("hims-keys");
const doers = new Map();

export const does = (name, action) => doers.set(name, action);

const singleOn = () => document.getElementById("keys-dialog")?.dataset.single !== "off";
// A key of characters alone is not heard while they are switched off.
const heard = (keys) => (keys && (singleOn() || !isSingle(keys)) ? keys : "");

export const keysOf = (element) => heard(element.dataset.key ?? "");

export function keysOfCommand(name) {
  const element = document.querySelector(`[data-command="${name}"]`);
  return element ? keysOf(element) : "";
}

export function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .count").forEach((part) => part.remove());
  const label = element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? copy.textContent;
  return label.trim().replace(/\s+/g, " ");
}

const isThere = (element) => !element.disabled && (element.getClientRects().length > 0 || element.closest(HIDDEN_YET_THERE) !== null);

// With a dialog open only the commands inside it count.
export function commandsIn(scope) {
  return [...scope.querySelectorAll("[data-key]:not([data-standing])")].filter(isThere);
}

export const standing = () => [...document.querySelectorAll("[data-standing]")].filter((element) => doers.has(element.dataset.command));

// Does it; false when it does not apply here.
export function run(element, event) {
  const action = doers.get(element.dataset.command);
  if (action) return action(event) !== false;
  if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
  return true;
}

// Changed keys show at once: the caps beside the names, the words in sentences, and what a screen reader tells of an element.
function repaint(changed = {}) {
  const held = {};
  for (const element of document.querySelectorAll("[data-command]")) {
    const { command } = element.dataset;
    if (command in changed) element.dataset.key = changed[command];
    held[command] = element.dataset.key;
    const shortcut = aria(keysOf(element));
    if (shortcut && !element.hasAttribute("data-standing")) element.setAttribute("aria-keyshortcuts", shortcut);
    else element.removeAttribute("aria-keyshortcuts");
  }
  const known = { ...held, ...changed };
  for (const box of document.querySelectorAll("[data-key-of]")) {
    if (box.dataset.keyOf in known) fill(box, heard(known[box.dataset.keyOf]));
  }
  for (const box of document.querySelectorAll("[data-key-words-of]")) {
    if (box.dataset.keyWordsOf in known) box.textContent = spelled(heard(known[box.dataset.keyWordsOf])) || box.dataset.otherwise;
  }
}

function take({ keys, single }) {
  const dialog = document.getElementById("keys-dialog");
  if (dialog && single !== undefined) {
    dialog.dataset.single = single;
    dialog.querySelector("[data-keys-switch]")?.toggleAttribute("checked", single === "on");
    const box = dialog.querySelector("[data-keys-switch]");
    if (box) box.checked = single === "on";
  }
  repaint(keys);
}

// To this page and to all others that are open.
export function tell(change) {
  take(change);
  channel.postMessage(change);
}

channel.addEventListener("message", (event) => take(event.data));
