// From a code to its evidence and back: a line's evidence is shown in the reader, marked words choose their lines.
import { chooseAgain } from "./workbench-codes.js";
import { reading, say, textBox } from "./workbench-text.js";

const chipOf = (line) => line?.querySelector("[data-evidence-of]");
const chosenLine = () => document.querySelector("[data-line].is-chosen");
const placesOf = (line) => JSON.parse(chipOf(line)?.dataset.places ?? "[]");
const pieces = (id) => [...(textBox()?.querySelectorAll(`[data-pins~="${id}"]`) ?? [])];
let current = "";
let wanted = "";
let unsaid = ""; // asked for before its marks were drawn

function light(id, silently = false) {
  for (const old of document.querySelectorAll(".evidence.is-current")) old.classList.remove("is-current");
  const found = pieces(id);
  for (const piece of found) piece.classList.add("is-current");
  if (!found.length) return false;
  found[0].scrollIntoView({ block: "center" });
  if (!silently) say(`${found[0].title}: ${found.map((piece) => piece.textContent).join("")}`);
  return true;
}

function markLines(keys) {
  for (const old of document.querySelectorAll(".has-evidence-here")) old.classList.remove("has-evidence-here");
  const lines = [...document.querySelectorAll("[data-line]")].filter((line) => keys.includes(chipOf(line)?.dataset.evidenceOf));
  for (const line of lines) line.classList.add("has-evidence-here");
  return lines;
}

function show({ id, document: documentId, url }) {
  current = id;
  const tab = document.getElementById("tab-document");
  if (reading()?.dataset.url === url) {
    if (tab?.getAttribute("aria-selected") === "false") tab.click();
    unsaid = light(id) ? "" : id;
    return;
  }
  wanted = id;
  const link = document.querySelector(`[data-doc="${documentId}"]`);
  htmx.ajax("GET", url, { source: link ?? undefined, target: "#reader", swap: "innerHTML" });
}

function step(line, change) {
  const places = placesOf(line);
  if (!places.length) return say(chipOf(line)?.title ? `${chipOf(line).title}.` : "Choose a line first.");
  const at = places.findIndex((place) => place.id === current);
  return show(places[at < 0 ? (change > 0 ? 0 : places.length - 1) : (at + change + places.length) % places.length]);
}

function first(line) {
  current = "";
  step(line, 1);
}

function codesOf(mark) {
  const lines = markLines(mark.dataset.codes.split(" "));
  light(mark.dataset.pins.split(" ")[0]);
  current = mark.dataset.pins.split(" ")[0];
  if (!lines.length) return say(`${mark.title}: no longer on the record.`);
  chooseAgain(lines[0].id);
  lines[0].scrollIntoView({ block: "nearest" });
  return undefined;
}

document.addEventListener("click", (event) => {
  const { target } = event;
  const mark = target.closest("[data-pins]");
  const place = target.closest("[data-show-place]");
  const turn = target.closest("[data-place-step]");
  if (mark && window.getSelection().isCollapsed) codesOf(mark);
  else if (place) show({ id: place.dataset.showPlace, document: place.dataset.placeDocument, url: place.dataset.placeUrl });
  else if (turn) step(chosenLine(), Number(turn.dataset.placeStep));
  else if (target.closest("button[data-evidence-of]")) first(target.closest("[data-line]"));
  else if (target.closest("[data-line]") && !target.closest("a, button, input, select, label") && placesOf(target.closest("[data-line]")).length) {
    first(target.closest("[data-line]"));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches?.("[data-line]")) first(event.target);
  else if (event.target.matches?.("[data-pins]")) codesOf(event.target);
  else return;
  event.preventDefault();
});

// A changed coding changes the marks of the open text: they are drawn anew where it stands, without a jump.
function redraw() {
  const article = reading();
  if (textBox()) htmx.ajax("GET", article.dataset.url, { source: article, target: "#doc-text", select: "#doc-text", swap: "outerHTML" });
}

document.addEventListener("htmx:afterSwap", (event) => {
  const path = event.detail.pathInfo?.requestPath ?? "";
  if (event.target.id === "coded" && /\/pin$|\/evidence\//.test(path)) redraw();
  if (event.target.id === "coded") {
    const pinned = new Set([...document.querySelectorAll("[data-line] [data-places]")].flatMap((chip) => JSON.parse(chip.dataset.places)).map((place) => place.document));
    for (const link of document.querySelectorAll("[data-doc]")) link.parentElement.toggleAttribute("data-pinned", pinned.has(link.dataset.doc));
  }
  if (event.target.id === "doc-text" && pieces(current).length) {
    light(current, current !== unsaid);
    unsaid = "";
  }
  if (event.target.matches?.("[data-reader]") && wanted) {
    const id = wanted;
    wanted = "";
    light(id);
  }
});
