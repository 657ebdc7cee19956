// Row cursor in [data-rows]: keys or arrows move, Home/End jump, Enter opens the row's link, a key ticks its box.
import { does } from "./commands.js";

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
const CONTROL = "a, button, summary, [role=separator], [role=tab], input";

const itemsOf = (list) => [...list.querySelectorAll("tbody tr, [data-row]")].filter((row) => row.getClientRects().length > 0);

function currentList(target) {
  const list = target instanceof Element ? target.closest("[data-rows]") : null;
  return list ?? document.querySelector("main [data-rows]");
}

function moveTo(list, row) {
  for (const old of list.querySelectorAll(".is-cursor")) {
    old.classList.remove("is-cursor");
    old.removeAttribute("tabindex");
  }
  row.classList.add("is-cursor");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(list, change) {
  const rows = itemsOf(list);
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.classList.contains("is-cursor"));
  const next = at < 0 ? (change > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + change));
  moveTo(list, rows[next]);
}

function open(row) {
  const link = row.querySelector("[data-open]") ?? row.querySelector("a[href], button");
  link?.click();
}

function tick(row) {
  const box = row.querySelector("input[type=checkbox]");
  if (!box) return;
  box.click();
  row.classList.toggle("is-selected", box.checked);
}

const MOVES = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

function handle(event, list) {
  const cursor = list.querySelector(".is-cursor");
  const inside = event.target.closest("[data-rows]") !== null;
  if (event.key in MOVES && inside) {
    step(list, MOVES[event.key]);
    return true;
  }
  if (!cursor) return false;
  if (event.key === "Enter" && event.target === cursor) {
    open(cursor);
    return true;
  }
  return false;
}

const elsewhere = (target) => !(target instanceof Element) || target.closest(TYPING) || target.closest("[data-menu]") || document.querySelector("dialog[open]");

function byKey(change) {
  return ({ target }) => {
    const list = elsewhere(target) ? null : currentList(target);
    if (list) step(list, change);
    return Boolean(list);
  };
}

does("lists.next", byKey(1));
does("lists.previous", byKey(-1));
does("lists.tick", ({ target }) => {
  const cursor = elsewhere(target) ? null : target.closest("[data-rows]")?.querySelector(".is-cursor");
  const ticked = Boolean(cursor?.querySelector("input[type=checkbox]"));
  if (ticked) tick(cursor);
  return ticked;
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || elsewhere(event.target)) return;
  if (event.key === "Enter" && event.target.closest(CONTROL)) return;
  const list = currentList(event.target);
  if (list && handle(event, list)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-rows] tbody tr, [data-rows] [data-row]");
  if (!row || event.target.closest("a, button, input, label, select, summary") || String(getSelection())) return;
  moveTo(row.closest("[data-rows]"), row);
});

document.addEventListener("dblclick", (event) => {
  const row = event.target.closest("[data-rows] tbody tr, [data-rows] [data-row]");
  if (row && !event.target.closest("a, button, input, label, select")) open(row);
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches("[data-rows] input[type=checkbox]")) return;
  box.closest("tr, [data-row]")?.classList.toggle("is-selected", box.checked);
});
