// What is not saved, over the codes: changes that wait for the connection, and changes that could not be applied, each with its
// words, to be done again or discarded. While the screen is locked nothing is written here.
const box = () => document.getElementById("unsent");
const part = (name) => box().querySelector(`[data-unsent-${name}]`);
const count = (number) => (number === 1 ? "1 change" : `${number} changes`);
const SENTENCES = { 423: "Not saved - the screen was locked.", 429: "Not saved - too many requests in a short time, retrying." };
const AWAY = "Not saved - connection lost, retrying.";

function sentence(waiting, held, status) {
  if (waiting.length) return status === null ? "Saving." : `${SENTENCES[status] ?? AWAY} ${count(waiting.length)} waiting.`;
  return held.length ? `${count(held.length)} could not be applied.` : "";
}

function row(change, { redo, discard }) {
  const item = document.getElementById("unsent-model").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-unsent-words]").textContent = change.words;
  item.querySelector("[data-unsent-problem]").textContent = change.problem;
  const again = item.querySelector("[data-unsent-redo]");
  const away = item.querySelector("[data-unsent-discard]");
  if (change.held && document.getElementById("coded")?.dataset.editable === "1") again.addEventListener("click", () => redo(change));
  else again.remove();
  if (change.held) away.addEventListener("click", () => discard(change));
  else away.remove();
  return item;
}

// status: of the last answer that did not come, null while all is well: then a change on its way is not worth a word, unless the
// list stands there already.
export function show(queue, status, steps) {
  if (!box() || document.getElementById("lock")?.open) return;
  const had = box().classList.contains("is-shown");
  const shown = status === null && !had ? queue.filter((change) => change.held) : queue;
  const waiting = shown.filter((change) => !change.held);
  const held = shown.filter((change) => change.held);
  box().classList.toggle("is-shown", shown.length > 0);
  const said = sentence(waiting, held, status) || (had ? "Everything is saved." : part("said").textContent);
  if (part("said").textContent !== said) part("said").textContent = said;
  part("list").replaceChildren(...shown.map((change) => row(change, steps)));
  part("now").hidden = waiting.length === 0;
}
