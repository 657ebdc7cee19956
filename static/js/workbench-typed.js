// What was typed into the lines of the coding, or into a panel, and not sent yet, stays when an answer draws them anew; what waits
// for the connection stays shown too. A field that kept its words that way, or through a locked screen, is sent when it is left.
import { waitingFor } from "./workbench-send.js";

const TEXTS = "input:is([type=text], [type=search], [type=date], [type=number], :not([type]))[id], textarea[id]";
const sent = new Map(); // by id of the field: the value of its last change
let typed = [];
let drawing = false; // a field that goes away under the focus tells of a change; it was not left

const drawn = (target) => target?.id === "coded" || target?.matches?.("[data-panel]");

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (!drawn(detail.target) || !detail.shouldSwap || event.defaultPrevented) return;
  drawing = true;
  const path = detail.requestConfig?.path;
  typed = [...detail.target.querySelectorAll(TEXTS)]
    .filter((field) => field.value !== field.defaultValue && field.closest("[data-details]")?.dataset.details !== path)
    .map(({ id, value, defaultValue }) => ({ id, value, defaultValue, focus: document.activeElement?.id === id }));
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!drawn(event.target)) return;
  drawing = false;
  for (const { id, value, defaultValue, focus } of typed) {
    const field = document.getElementById(id);
    if (!field || field.defaultValue !== defaultValue) continue;
    field.value = value;
    if (focus) field.focus({ preventScroll: true });
  }
  typed = [];
  for (const select of document.querySelectorAll("#coded [data-poa]")) {
    const waits = waitingFor(select.dataset.post);
    if (waits) select.value = waits.poa;
  }
});

document.addEventListener("change", (event) => {
  if (drawing) event.stopImmediatePropagation();
  else if (event.target.id) sent.set(event.target.id, event.target.value);
}, true);

// The browser tells of a change only when it was typed since the field has the focus.
document.addEventListener("focusout", ({ target }) => {
  if (drawing || !target.matches?.(TEXTS) || !target.closest("#coded [data-details]") || document.getElementById("lock")?.open) return;
  if (target.value !== target.defaultValue && sent.get(target.id) !== target.value) target.dispatchEvent(new Event("change", { bubbles: true }));
});
