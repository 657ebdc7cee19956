// Documents of the workbench: which one is open, which were read, j and k to the next and the previous one.
import { say } from "./say.js";

let opened = false; // the one that the page opens by itself is not read out
const links = () => [...document.querySelectorAll("[data-doc]")];
const reader = () => document.querySelector("[data-reader]");
const current = () => document.querySelector("[data-doc][aria-current]");

function mark(link) {
  for (const other of links()) {
    other.removeAttribute("aria-current");
    other.parentElement.classList.remove("is-current");
  }
  link.setAttribute("aria-current", "true");
  link.parentElement.classList.add("is-current");
  link.parentElement.classList.remove("is-unread");
  for (const word of link.querySelectorAll("[data-unread]")) word.remove();
  link.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== reader()) return;
  // Opened from the list, or from a search, a panel or another document: the reader says which one it shows.
  const link = document.querySelector(`[data-doc="${reader().firstElementChild?.dataset.document}"]`);
  if (link) mark(link);
  if (link && opened) say(link.querySelector(".doc-list__title").textContent);
  opened = true;
  reader().scrollTop = 0;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-doc-step]");
  if (!button) return;
  const all = links().filter((link) => !link.parentElement.hidden);
  const at = all.indexOf(current()) + Number(button.dataset.docStep);
  all[Math.min(all.length - 1, Math.max(0, at))]?.click();
});
