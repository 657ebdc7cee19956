// How keys are written, as hims/lib/keyboard/strokes.py writes them: "f", "Alt+ArrowUp", "Ctrl+k", and "g h" for one after the other.
const CAPS = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Delete: "Del", Escape: "Esc", PageUp: "Page up", PageDown: "Page down" };
const ALONE = ["Shift", "Control", "Alt", "Meta", "AltGraph", "Dead", "Process", "Unidentified"];

// The stroke of a keydown; "" for a modifier alone. Cmd counts as Ctrl; a character that needs AltGr is that character.
export function strokeOf(event) {
  if (ALONE.includes(event.key) || !event.key) return "";
  const typed = event.getModifierState("AltGraph");
  const held = [];
  if (!typed && (event.ctrlKey || event.metaKey)) held.push("Ctrl");
  if (!typed && event.altKey) held.push("Alt");
  let key = event.key === " " ? "Space" : event.key;
  const letter = [...key].length === 1 && key.toLowerCase() !== key.toUpperCase();
  if (event.shiftKey && ([...key].length > 1 || (letter && held.length))) held.push("Shift");
  if (letter && held.length) key = key.toLowerCase();
  return [...held, key].join("+");
}

export const isCharacter = (stroke) => [...stroke].length === 1;
export const isSingle = (keys) => keys !== "" && keys.split(" ").every(isCharacter);

function capsOf(stroke) {
  const parts = stroke.endsWith("+") ? [...stroke.slice(0, -1).split("+").filter(Boolean), "+"] : stroke.split("+");
  const shown = parts.map((part) => CAPS[part] ?? part);
  if (parts.includes("Ctrl") && isCharacter(shown.at(-1))) shown.push(shown.pop().toUpperCase());
  return shown;
}

export const caps = (keys) => keys.split(" ").filter(Boolean).flatMap(capsOf);
export const spelled = (keys) => keys.split(" ").filter(Boolean).map((stroke) => capsOf(stroke).join("+")).join(" then ");
export const aria = (keys) => (keys.includes(" ") ? "" : keys.replace(/^Ctrl\b/, "Control"));

export function kbd(keys) {
  const box = document.createElement("span");
  box.className = "kbd";
  fill(box, keys);
  return box;
}

export function fill(box, keys) {
  box.replaceChildren(...caps(keys).map((text) => Object.assign(document.createElement("kbd"), { textContent: text })));
}
