// The document's text in the reader: its pieces [data-at] know where they stand, in characters; what stands between them does not
// count. A selection becomes a begin, an end and the words, whatever it runs across.
export const reading = () => document.querySelector("[data-reading]");
export const textBox = () => document.querySelector("[data-text]");
const length = (text) => [...text].length;

function within(piece, node, offset) {
  const range = document.createRange();
  range.setStart(piece, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

export function selected() {
  const selection = window.getSelection();
  const box = textBox();
  if (!box || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(box)) return null;
  let begins = -1;
  let ends = -1;
  let quote = "";
  for (const piece of box.querySelectorAll("[data-at]")) {
    if (!range.intersectsNode(piece)) continue;
    const whole = piece.textContent;
    const from = piece.contains(range.startContainer) ? within(piece, range.startContainer, range.startOffset) : 0;
    const to = piece.contains(range.endContainer) ? within(piece, range.endContainer, range.endOffset) : whole.length;
    if (from >= to) continue;
    const at = Number(piece.dataset.at);
    if (begins < 0) begins = at + length(whole.slice(0, from));
    ends = at + length(whole.slice(0, to));
    quote += whole.slice(from, to);
  }
  return begins < 0 ? null : { begins, ends, quote };
}

// The plain text of the reader, and for places in it (UTF-16) the node and offset that the browser's selection wants.
export function plain() {
  const runs = [];
  let text = "";
  for (const piece of textBox()?.querySelectorAll("[data-at]") ?? []) {
    const node = piece.firstChild;
    if (!node) continue;
    runs.push({ node, start: text.length });
    text += node.data;
  }
  return { text, runs };
}

export function select(runs, start, end) {
  const at = (place, last) => {
    const run = runs.findLast((each) => (last ? each.start < place : each.start <= place)) ?? runs[0];
    return [run.node, Math.min(run.node.data.length, place - run.start)];
  };
  const [from, to] = [at(start, false), at(end, true)];
  window.getSelection().setBaseAndExtent(...from, ...to);
  from[0].parentElement.scrollIntoView({ block: "nearest" });
}

export { say } from "./say.js";
