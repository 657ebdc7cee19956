// Selecting text without a mouse: arrows go from sentence to sentence, with Shift they take in more or less; left and right move the
// beginning by a word, with Shift the end. The pin key takes the selection, Escape leaves.
import { keysOfCommand } from "./commands.js";
import { spelled } from "./strokes.js";
import { plain, say, select, textBox } from "./workbench-text.js";

let mode = null;

function sentencesOf(text) {
  const found = [];
  const cut = new Intl.Segmenter("en", { granularity: "sentence" });
  let start = 0;
  for (const line of text.split("\n")) {
    for (const { segment, index } of cut.segment(line)) {
      const lead = segment.length - segment.trimStart().length;
      const words = segment.trim();
      if (words) found.push([start + index + lead, start + index + lead + words.length]);
    }
    start += line.length + 1;
  }
  return found;
}

function enter() {
  const { text, runs } = plain();
  const sentences = sentencesOf(text);
  if (!sentences.length) return;
  const box = textBox();
  box.tabIndex = 0;
  box.classList.add("is-selecting");
  const top = box.closest("[data-reader]").getBoundingClientRect().top;
  const seen = sentences.findIndex(([start]) => {
    const run = runs.findLast((each) => each.start <= start);
    return run && run.node.parentElement.getBoundingClientRect().bottom > top;
  });
  mode = { text, runs, sentences, from: Math.max(0, seen), to: Math.max(0, seen) };
  box.focus({ preventScroll: true });
  const pin = [spelled(keysOfCommand("evidence.pin")), "Enter"].filter(Boolean).join(" or ");
  whole(`Selecting by sentence. Arrows move, Shift takes in more, ${pin} pins, Escape leaves. `);
}

function leave() {
  textBox()?.classList.remove("is-selecting");
  mode = null;
  window.getSelection().removeAllRanges();
  document.dispatchEvent(new CustomEvent("hims:selected"));
  say("No text selected.");
}

function apply(before = "") {
  select(mode.runs, mode.start, mode.end);
  document.dispatchEvent(new CustomEvent("hims:selected"));
  say(before + mode.text.slice(mode.start, mode.end));
}

function whole(before) {
  mode.start = mode.sentences[Math.min(mode.from, mode.to)][0];
  mode.end = mode.sentences[Math.max(mode.from, mode.to)][1];
  apply(before);
}

function bySentence(change, more) {
  const last = mode.sentences.length - 1;
  mode.to = Math.max(0, Math.min(last, mode.to + change));
  if (!more) mode.from = mode.to;
  whole();
}

function byWord(change, atEnd) {
  const { text } = mode;
  const place = atEnd ? mode.end : mode.start;
  const next = change > 0 ? place + (/^\s*\S+\s*/.exec(text.slice(place))?.[0].length ?? 0) : place - (/\S+\s*$/.exec(text.slice(0, place))?.[0].length ?? 0);
  if (atEnd && next > mode.start) mode.end = next;
  if (!atEnd && next < mode.end) mode.start = next;
  apply();
}

const KEYS = {
  ArrowDown: (shift) => bySentence(1, shift),
  ArrowUp: (shift) => bySentence(-1, shift),
  ArrowRight: (shift) => byWord(1, shift),
  ArrowLeft: (shift) => byWord(-1, shift),
  Enter: () => document.querySelector("[data-pin-selected]")?.click(),
  Escape: leave,
};

document.addEventListener("keydown", (event) => {
  if (!mode || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  if (!textBox()?.contains(document.activeElement) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  event.stopPropagation();
  KEYS[event.key](event.shiftKey);
}, true);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-sentences]")) enter();
});

// Another text, or the same one drawn anew: the places no longer hold.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (mode && (event.target.matches?.("[data-reader]") || event.target.id === "doc-text")) mode = null;
});
