// What if: codes under consideration stay with the page while the coding changes. A key in the search tries the chosen hit.
import { chosenHit } from "./workbench-search.js";

const field = document.getElementById("code-text");
const part = () => document.getElementById("what-if-tried");
const entry = () => document.querySelector("[data-what-if] [data-try]");
let tried = [];
let waiting = null;

const inputs = () => [...document.querySelectorAll("#what-if-tried input[name=tried]")].map((input) => input.value);

function ask(values) {
  const url = document.querySelector("[data-what-if]")?.dataset.whatIf;
  if (!url || !part()) return;
  htmx.ajax("POST", url, { source: part(), target: part(), swap: "innerHTML", values });
}

// The panel is there: what was tried before, and what waited for it.
function arrived() {
  if (!part()) return;
  if (tried.length || waiting) ask({ tried, ...(waiting ?? {}) });
  if (waiting) entry().scrollIntoView({ block: "nearest" });
  waiting = null;
}

function tryCode(code, system) {
  if (!code) return;
  waiting = { code, system };
  document.dispatchEvent(new CustomEvent("workbench:panel", { detail: { key: "what-if" } }));
}

function chosen() {
  const hit = chosenHit();
  if (hit?.dataset.billable === "true") return [hit.dataset.code, hit.dataset.system];
  return hit ? [] : [field.value.trim(), field.form.elements.system.value];
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-try-code]")) tryCode(...chosen());
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches?.("[data-panel]") && event.target.querySelector("[data-what-if]")) arrived();
  if (event.target.id !== "what-if-tried") return;
  tried = inputs();
  document.getElementById("what-if-message").replaceChildren();
  const code = document.getElementById("what-if-code");
  if (document.activeElement === code) code.value = "";
});
