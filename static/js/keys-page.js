// The page Keys: the field [data-record] takes down what is pressed, and all open pages learn the keys that are in force now.
import { tell } from "./commands.js";
import { say } from "./say.js";
import { isCharacter, strokeOf } from "./strokes.js";

const PATIENCE_MS = 1500;
const LEFT_ALONE = ["Tab", "Shift+Tab", "Enter"]; // the focus moves on, and the form is sent
const field = document.querySelector("[data-record]");
const state = document.querySelector("[data-record-state]");
let last = 0;

const recording = () => "recording" in field.dataset;
if (field) {
  field.dataset.recording = "";
  field.focus();
}

function stop() {
  delete field.dataset.recording;
  state.textContent = "Type the name of the key now, such as f, g h, Alt+q or Delete.";
  field.select();
  say(state.textContent);
}

function record(event) {
  if (!recording() || event.isComposing) return;
  const stroke = strokeOf(event);
  if (LEFT_ALONE.includes(stroke)) return;
  event.preventDefault();
  event.stopPropagation();
  if (!stroke || event.repeat) return;
  if (stroke === "Escape") {
    stop();
    return;
  }
  const second = Date.now() - last < PATIENCE_MS && isCharacter(stroke) && isCharacter(field.value);
  field.value = second ? `${field.value} ${stroke}` : stroke;
  last = Date.now();
  field.removeAttribute("aria-invalid");
  say(field.value);
}

field?.addEventListener("keydown", record);
document.querySelector("[data-record-clear]")?.addEventListener("click", () => {
  field.value = "";
  field.form.requestSubmit();
});

const page = document.querySelector("[data-keys-page]");
const rows = [...document.querySelectorAll("[data-key-row]")];
tell({ single: page.dataset.single, keys: Object.fromEntries(rows.map((row) => [row.dataset.keyRow, row.dataset.keysNow])) });
