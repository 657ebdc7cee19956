// Codes on their way into the coding, in the order of Enter: looked up where the list was behind, then sent. The field is free
// for the next code meanwhile; what is refused comes back into it unless something else stands there by then.
import { awaitLine, chooseNew, lineIds } from "./workbench-codes.js";
import { hitFor } from "./workbench-hits.js";
import { send } from "./workbench-send.js";

const form = document.querySelector("[data-code-entry]");
const field = form?.querySelector("#code-text");
let chain = Promise.resolve();

// Nobody types something else by now, and the search is where the coder is.
const isFree = () => !field.value && form.contains(document.activeElement);

// A category opens its codes.
export function open(hit) {
  field.value = hit.dataset.code;
  field.focus();
  htmx.trigger(field, "code-search");
}

async function add(words, values) {
  let before;
  await send(() => {
    before = lineIds();
    return form.dataset.action;
  }, values);
  const added = chooseNew(before);
  if (!added && isFree()) field.value = words;
  field.setAttribute("aria-invalid", String(!added && field.value === words));
}

async function look(words, values) {
  let hit;
  try {
    hit = await hitFor(form, words, values.system);
  } catch (refused) {
    console.info("The words stay in the search.", refused);
    if (isFree()) field.value = words;
    return undefined;
  }
  if (hit?.dataset.billable === "false" && isFree()) return open(hit);
  return add(words, hit ? { ...values, code: hit.dataset.code, system: hit.dataset.system } : values);
}

// hit: with its code and set, or none when the server has to be asked what the words mean.
export function take(words, hit) {
  const { elements } = form;
  const { code, system } = hit?.dataset ?? { code: words, system: elements.system.value };
  const values = { code, system, performed_on: elements.performed_on?.value ?? "", role: elements.role?.value ?? "" };
  chain = chain.then(() => (hit ? add(words, values) : look(words, values)));
  awaitLine(chain);
}
