// Coded lines: the chosen line, its keys, and everything that changes it. Buttons and selects say where to post: [data-post].
import { send } from "./workbench-send.js";

const TYPING = "input, textarea, select, [contenteditable=true]";
const side = () => document.querySelector("[data-coding]");
const lines = () => [...side().querySelectorAll("[data-line]")];
let chosen = "";
let arriving = null; // an addition under way, whose line the keys for the chosen line mean

function choose(line, focus = true) {
  for (const old of side().querySelectorAll(".is-chosen")) old.classList.remove("is-chosen");
  chosen = line?.id ?? "";
  if (!line) return;
  line.classList.add("is-chosen");
  if (!focus) return;
  line.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

// After an answer from the server: the line is chosen again, but a coder who types elsewhere by now keeps the focus.
export function chooseAgain(id) {
  choose(document.getElementById(id), !document.activeElement?.closest(TYPING));
}

const current = () => (chosen ? document.getElementById(chosen) : null);

// adding: ends when its line is there and chosen, or was refused; then the line chosen before is the chosen one again.
export function awaitLine(adding) {
  const before = chosen;
  choose(null);
  const turn = adding.finally(() => {
    if (arriving === turn) arriving = null;
    if (!chosen) choose(document.getElementById(before), false);
  });
  arriving = turn;
}

async function step(change) {
  if (arriving) await arriving;
  const all = lines();
  if (all.length === 0) return;
  const at = all.indexOf(current());
  choose(all[at < 0 ? (change > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + change))]);
}

// The line that takes the place of one that leaves.
function heir(line) {
  const [all, at] = [lines(), lines().indexOf(line)];
  return (all[at + 1] ?? all[at - 1])?.id ?? "";
}

// After an addition the new line is the chosen one, in sight, while the focus stays in the search.
export const lineIds = () => new Set(lines().map((line) => line.id));

export function chooseNew(before) {
  const added = lines().find((line) => !before.has(line.id));
  if (!added) return false;
  choose(added, false);
  added.scrollIntoView({ block: "nearest" });
  return true;
}

async function act(name) {
  if (arriving) await arriving;
  const line = current();
  if (!line) return;
  const { id } = line;
  const button = () => document.getElementById(id)?.querySelector(`[data-act="${name}"]`);
  if (!button()) return;
  const values = () => JSON.parse(button()?.dataset.values ?? "{}");
  const after = name === "remove" ? heir(line) : id;
  await send(() => button()?.dataset.post ?? "", values());
  chooseAgain(after);
}

async function setPoa(value) {
  if (arriving) await arriving;
  const line = current();
  const select = line?.querySelector("[data-poa]");
  if (!select) return;
  select.value = value;
  await send(select.dataset.post, { poa: value });
  chooseAgain(line.id);
}

async function pressed(source) {
  const line = source.closest("[data-line]");
  const leaves = source.dataset.post.endsWith("/remove");
  const after = line ? (leaves ? heir(line) : line.id) : "";
  source.closest("dialog")?.close("done");
  await send(source.dataset.post, JSON.parse(source.dataset.values ?? "{}"));
  if (after) chooseAgain(after);
}

document.addEventListener("click", (event) => {
  const source = event.target.closest("button[data-post]");
  if (source) pressed(source);
  else if (event.target.closest("[data-set-poa]")) setPoa(event.target.closest("[data-set-poa]").dataset.setPoa);
  else if (event.target.closest("[data-do=next]")) step(1);
  else if (event.target.closest("[data-do=previous]")) step(-1);
  else if (event.target.closest("[data-do]")) act(event.target.closest("[data-do]").dataset.do);
  else if (event.target.closest("[data-line]") && !event.target.closest("a, button, input, select, label")) {
    choose(event.target.closest("[data-line]"));
  }
});

document.addEventListener("change", async (event) => {
  const { target } = event;
  const line = target.closest("[data-line]");
  if (target.matches("[data-poa]")) {
    await send(target.dataset.post, { poa: target.value });
  } else if (target.closest("[data-details]") && target.checkValidity()) {
    const fields = target.closest("[data-details]");
    const values = Object.fromEntries([...fields.querySelectorAll("[name]")].map((field) => [field.name, field.value]));
    await send(fields.dataset.details, values);
  } else return;
  choose(document.getElementById(line.id), false);
  document.getElementById(target.id)?.focus();
});

document.addEventListener("focusin", (event) => {
  const line = event.target.closest?.("[data-line]");
  if (line && line.id !== chosen) choose(line, false);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-reopen]");
  if (!form) return;
  event.preventDefault();
  form.closest("dialog").close("done");
  send(form.dataset.post, { reason: form.elements.reason.value });
});

// htmx gives elements their own classes back when an answer settles; the chosen line stays the chosen one.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "coded") current()?.classList.add("is-chosen");
});

const ARROWS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (!(target instanceof Element) || !target.closest("[data-coding]") || target.closest("[data-menu] ul, [data-code-entry]")) return;
  if (target.closest(TYPING) || !(event.key in ARROWS) || target.closest("[data-menu-button]")) return;
  step(ARROWS[event.key]);
  event.preventDefault();
});
