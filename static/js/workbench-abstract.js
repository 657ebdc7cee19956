// The abstract: each item is sent when it is left or chosen, with the newest version; its row comes back alone, so that what is
// being typed in the next item stays. Changes from elsewhere (undo, a code) bring the panel anew.
import { send } from "./workbench-send.js";

const panel = () => document.querySelector("[data-abstract]");
const field = (name) => [...document.querySelectorAll("[data-abstract-item]")].find((each) => each.dataset.abstractItem === name);

const save = (name, value) => send(`${panel().dataset.abstract}save`, { name, value, row: "1" });

document.addEventListener("change", (event) => {
  const item = event.target.closest?.("[data-abstract-item]");
  if (item) save(item.dataset.abstractItem, item.value);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-abstract-clear]");
  if (!button) return;
  const name = button.dataset.abstractClear;
  await save(name, "");
  field(name)?.focus();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (!panel() || (event.target.id !== "coded" && target?.id !== "coded") || requestConfig?.verb !== "post") return;
  if (requestConfig.parameters?.row) return;
  htmx.ajax("GET", panel().dataset.abstract, { target: document.querySelector("[data-panel]"), swap: "innerHTML" });
});
