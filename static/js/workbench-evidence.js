// Evidence: selected words are pinned to a code by key, from the small bar beside the selection, or dropped on a line.
import { chooseAgain } from "./workbench-codes.js";
import { send } from "./workbench-send.js";
import { reading, say, selected, textBox } from "./workbench-text.js";

const tools = document.querySelector("[data-pin-tools]");
const chips = () => [...document.querySelectorAll("[data-line] [data-evidence-of]")];
const chosenLine = () => document.querySelector("[data-line].is-chosen");
const codeOf = (line) => line?.querySelector("[data-evidence-of]")?.dataset.evidenceOf ?? "";
const shownCode = (line) => line?.querySelector(".codes__code")?.textContent ?? "";

async function pin(key) {
  const words = selected();
  const article = reading();
  if (!words) return say("Select the words that support the code first.");
  if (!article?.dataset.pin) return say("Evidence cannot be pinned in this document.");
  if (!key) return say("Choose the line that the words support first.");
  const [system, code] = key.split(":");
  const line = chosenLine()?.id;
  hide();
  await send(article.dataset.pin, { ...words, number: article.dataset.number, system, code });
  if (line) chooseAgain(line);
  return undefined;
}

function hide() {
  if (tools) tools.hidden = true;
}

function offer() {
  if (!tools) return;
  if (!reading()?.dataset.pin || !selected()) return void hide();
  const line = chosenLine();
  const target = tools.querySelector("[data-pin-target]");
  target.textContent = line ? `Pin to ${shownCode(line)}` : "Choose a line, then pin";
  tools.querySelector("button").disabled = !line;
  const codes = tools.querySelector("[data-pin-code]");
  codes.replaceChildren(codes.options[0]);
  const known = new Set();
  for (const chip of chips()) {
    const key = chip.dataset.evidenceOf;
    if (known.has(key)) continue;
    known.add(key);
    const each = chip.closest("[data-line]");
    const title = each.querySelector(".codes__text").firstChild?.textContent.trim() ?? "";
    codes.add(new Option(`${shownCode(each)} ${title}`, key));
  }
  codes.value = "";
  const box = window.getSelection().getRangeAt(0).getBoundingClientRect();
  tools.hidden = false;
  const room = window.innerWidth - tools.offsetWidth - 8;
  const above = box.top - tools.offsetHeight - 6;
  tools.style.left = `${Math.max(8, Math.min(room, box.left))}px`;
  tools.style.top = `${above > 60 ? above : Math.min(window.innerHeight - tools.offsetHeight - 8, box.bottom + 6)}px`;
}

document.addEventListener("selectionchange", () => {
  if (tools?.contains(document.activeElement)) return;
  if (window.getSelection().isCollapsed) hide();
});
document.addEventListener("mouseup", (event) => {
  if (event.target.closest?.("[data-reader]")) setTimeout(offer);
});
document.addEventListener("hims:selected", offer);
document.querySelector("[data-reader]")?.addEventListener("scroll", hide, { passive: true });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-pin-selected]")) pin(codeOf(chosenLine()));
});
// The bar must not take the selection away.
tools?.addEventListener("mousedown", (event) => {
  if (!event.target.closest("select")) event.preventDefault();
});
tools?.addEventListener("change", (event) => {
  if (event.target.matches("[data-pin-code]") && event.target.value) pin(event.target.value);
});
tools?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});

// Dragged words: a line takes them.
document.addEventListener("dragover", (event) => {
  const line = event.target.closest?.("[data-line]");
  for (const other of document.querySelectorAll(".is-drop")) if (other !== line) other.classList.remove("is-drop");
  if (!line || !selected()) return;
  event.preventDefault();
  line.classList.add("is-drop");
});
document.addEventListener("drop", (event) => {
  const line = event.target.closest?.("[data-line]");
  if (!line || !textBox() || !selected()) return;
  event.preventDefault();
  line.classList.remove("is-drop");
  pin(codeOf(line));
});

// Signed: a code stands without evidence. From the checklist one comes back to the checklist.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-override]");
  if (!form) return;
  event.preventDefault();
  const values = Object.fromEntries(new FormData(form));
  const dialog = form.closest("dialog");
  dialog?.close("done");
  await send(form.dataset.action, values);
  if (dialog) htmx.ajax("GET", `${document.querySelector("[data-coding]").dataset.base}checklist`, { target: "#coding-dialog", swap: "innerHTML" });
});
