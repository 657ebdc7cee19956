// The middle of the workbench: the document, or a panel beside it. Panels are loaded when first shown; those that follow the
// coding ([data-follows]) again after each change. Arrows go through the tabs, and opening a document shows it.
import { say } from "./say.js";

const tabs = () => [...document.querySelectorAll("[data-tab]")];
const shown = () => document.querySelector("[data-tab][aria-selected=true]");
const panel = document.querySelector("[data-panel]");
const reader = document.querySelector("[data-reader]");
let loaded = "";
let opened = false; // the document that the page opens by itself has arrived

function load(tab) {
  loaded = tab.dataset.url;
  return htmx.ajax("GET", tab.dataset.url, { target: panel, swap: "innerHTML" });
}

function show(tab) {
  if (!tab) return;
  for (const each of tabs()) {
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
  }
  const { url } = tab.dataset;
  reader.hidden = Boolean(url);
  panel.hidden = !url;
  if (!url) return;
  if (document.activeElement !== tab) say(`${tab.textContent.trim()} is shown.`);
  panel.setAttribute("aria-labelledby", tab.id);
  if (loaded !== url || "follows" in tab.dataset) load(tab);
}

// Another script asks for a panel, with words for its address: which code, which search.
document.addEventListener("workbench:panel", (event) => {
  const tab = document.getElementById(`tab-${event.detail.key}`);
  if (!tab) return;
  const [path] = tab.dataset.url.split("?");
  tab.dataset.url = event.detail.query ? `${path}?${new URLSearchParams(event.detail.query)}` : path;
  loaded = "";
  show(tab);
});

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (tab) show(tab);
  const asks = event.target.closest("[data-show-panel]");
  if (asks) {
    const query = JSON.parse(asks.dataset.query ?? "null");
    document.dispatchEvent(new CustomEvent("workbench:panel", { detail: { key: asks.dataset.showPanel, query } }));
  }
});

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-tab]");
  if (!tab || !(event.key in STEPS) || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = tabs();
  const next = all[(all.indexOf(tab) + STEPS[event.key] + all.length) % all.length];
  event.preventDefault();
  next.focus();
  show(next);
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target === reader && tabs().length) {
    // It must not push away a panel that was asked for while it was on its way.
    if (opened || !shown()?.dataset.url) show(document.getElementById("tab-document"));
    opened = true;
  }
  const tab = shown();
  if (event.target.id === "coded" && tab && "follows" in tab.dataset) load(tab);
});
