// After each change of the coding one sentence for screen readers: what the server says was done, and, from what stood here before,
// what became of the DRG and of the edits.
import { say } from "./say.js";

const drg = () => document.querySelector("#drg .drg__code:not(.drg__code--none)")?.textContent.trim() ?? "";
const why = () => document.querySelector("#drg .drg__title")?.textContent.replace("MS-DRG:", "").trim() ?? "";
const edits = () => [...document.querySelectorAll("#edit-list .edit-list__row:not([data-tone=done])")].map((row) => row.textContent.trim().replace(/\s+/g, " "));
const pane = () => document.getElementById("coded");

const state = () => ({ pane: pane(), drg: drg(), why: why(), edits: edits() });
let before = state();

function ofDrg(now) {
  if (now.drg === before.drg) return "";
  if (!before.drg) return `DRG ${now.drg}.`;
  return now.drg ? `DRG changed from ${before.drg} to ${now.drg}.` : `DRG ${before.drg} no longer holds: ${now.why}`;
}

// Each text as often as it stands in the one list and not in the other.
function beyond(list, other) {
  const left = [...other];
  return list.filter((text) => {
    const at = left.indexOf(text);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function counted(texts, word) {
  if (texts.length === 0) return "";
  return texts.length === 1 ? `Edit ${word}: ${texts[0]}.`.replace(/([.!?])\.$/, "$1") : `${texts.length} edits ${word}.`;
}

function ofEdits(now) {
  return [counted(beyond(now.edits, before.edits), "found"), counted(beyond(before.edits, now.edits), "gone")];
}

document.addEventListener("htmx:afterSwap", () => {
  if (!pane() || pane() === before.pane) return;
  const now = state();
  say([pane().dataset.spoken, ofDrg(now), ...ofEdits(now)].filter(Boolean).join(" "));
  before = now;
});
