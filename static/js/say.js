// What a screen reader is told: one polite region a page ([data-said]); within an open dialog that has its own, that one.
const PAUSE_MS = 40; // an emptied region that is filled anew is read again, even when the words are the same
let timer = 0;

const place = () => document.querySelector("dialog[open] [data-said]") ?? [...document.querySelectorAll("[data-said]")].find((each) => !each.closest("dialog"));

export function say(words) {
  const region = place();
  const text = (words ?? "").trim().replace(/\s+/g, " ");
  if (!region || !text) return;
  clearTimeout(timer);
  region.textContent = "";
  timer = setTimeout(() => (region.textContent = text), PAUSE_MS);
}

// An answer says what to read: the element [data-say] in it.
document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const told = target.matches("[data-say]") ? target : target.querySelector("[data-say]");
  if (told) say(told.textContent);
});
