// Live edits: the list jumps to the line, a warning is overridden with a reason or taken back, and what was unfolded stays so.
import { send } from "./workbench-send.js";

const KEPT = "details[data-keeps-open]";
const dialog = () => document.getElementById("override-dialog");
const base = () => document.querySelector("[data-coding]").dataset.base;
const unfolded = new Set();
let asked = "";

function jump(id) {
  const target = document.getElementById(id);
  if (!target) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

function ask(button) {
  const box = dialog();
  if (!box) return;
  asked = button.dataset.edit;
  box.querySelector("[data-override-text]").textContent = button.dataset.text;
  box.querySelector("form").reset();
  box.showModal();
  box.querySelector("input").focus();
}

// After the answer the focus returns to the line, so that the keys go on working there.
async function answer(path, values, line) {
  await send(`${base()}edits/${path}`, values);
  if (line && !document.activeElement?.closest("input, select, textarea")) document.getElementById(line)?.focus({ preventScroll: true });
}

const lineOf = (edit) => [...document.querySelectorAll("[data-edit]")].find((each) => each.dataset.edit === edit)?.closest("[data-line]")?.id;

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-jump]");
  const override = event.target.closest("[data-override]");
  const back = event.target.closest("[data-withdraw]");
  if (row) jump(row.dataset.jump);
  else if (override) ask(override);
  else if (back) answer("withdraw", { edit: back.dataset.edit }, back.closest("[data-line]")?.id);
  else if (event.target.closest("[data-override-chosen]")) {
    const first = document.querySelector(".is-chosen [data-override]") ?? document.querySelector("#stay-edits [data-override]");
    if (first) ask(first);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-override-form]");
  if (!form) return;
  event.preventDefault();
  const reason = form.elements.reason.value;
  const line = lineOf(asked);
  dialog().close("done");
  answer("override", { edit: asked, reason }, line);
});

document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.(KEPT)) return;
  if (event.target.open) unfolded.add(event.target.id);
  else if (event.target.isConnected) unfolded.delete(event.target.id);
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "coded" && event.detail.target?.id !== "coded") return;
  for (const each of document.querySelectorAll(KEPT)) each.open = unfolded.has(each.id);
});
