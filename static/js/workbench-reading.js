// Reading aids: what was read is noted, next unread, grey for copied text, hits one by one, and a shorter list of documents.
import { reading, say } from "./workbench-text.js";

const items = () => [...document.querySelectorAll("[data-doc-list] > li")];
const GREY = "hims.workbench.copied";
let grey = kept();

function kept() {
  try {
    return localStorage.getItem(GREY) !== "off";
  } catch (refused) {
    return true;
  }
}

function showCopied() {
  document.querySelector("[data-reader]").classList.toggle("is-plain", !grey);
  document.querySelector("[data-copied]")?.setAttribute("aria-pressed", String(grey));
}

function toggleCopied() {
  grey = !grey;
  showCopied();
  say(grey ? "Copied text is grey." : "Copied text is shown like the rest.");
  try {
    localStorage.setItem(GREY, grey ? "on" : "off");
  } catch (refused) {
    console.info("This browser keeps no settings; copied text is grey again next time.", refused);
  }
}

function count() {
  const left = items().filter((item) => item.classList.contains("is-unread"));
  const fresh = left.filter((item) => item.querySelector(".badge[data-unread]"));
  const shown = document.querySelector("[data-unread-count]");
  if (!shown) return;
  shown.textContent = `${left.length} unread${fresh.length ? `, ${fresh.length} new` : ""}`;
  document.querySelector("[data-next-unread]").disabled = left.length === 0;
}

function nextUnread() {
  const all = items();
  const at = all.findIndex((item) => item.classList.contains("is-current"));
  const next = [...all.slice(at + 1), ...all.slice(0, at + 1)].find((item) => item.classList.contains("is-unread") && !item.hidden);
  if (next) next.querySelector("[data-doc]").click();
  else say("Everything is read.");
}

function stepHit(change) {
  const hits = [...document.querySelectorAll("[data-text] [data-hit]")];
  if (!hits.length) return;
  const at = hits.findIndex((hit) => hit.classList.contains("is-current"));
  const next = (at + change + hits.length) % hits.length;
  for (const hit of hits) hit.classList.toggle("is-current", hit === hits[at < 0 && change < 0 ? hits.length - 1 : next]);
  const current = hits.find((hit) => hit.classList.contains("is-current"));
  current.scrollIntoView({ block: "center" });
  say(`Hit ${hits.indexOf(current) + 1} of ${hits.length}`);
}

function narrow() {
  const [type, author, unread, pinned] = ["type", "author", "unread", "pinned"].map((name) => document.querySelector(`[data-filter=${name}]`));
  for (const item of items()) {
    item.hidden = Boolean((type.value && item.dataset.type !== type.value) || (author.value && item.dataset.author !== author.value)
      || (unread.checked && !item.classList.contains("is-unread")) || (pinned.checked && !("pinned" in item.dataset)));
  }
  const left = items().filter((item) => !item.hidden).length;
  document.querySelector("[data-doc-count]").textContent = left === items().length ? left : `${left} of ${items().length}`;
  document.querySelector("[data-none-left]").hidden = left > 0;
  say(`${left} document${left === 1 ? "" : "s"}`);
}

function lookFor(words) {
  const field = document.getElementById("document-words");
  field.closest("details").open = true;
  field.value = words;
  field.form.requestSubmit();
  field.focus();
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-next-unread]")) nextUnread();
  else if (target.closest("[data-copied]")) toggleCopied();
  else if (target.closest("[data-hit-step]")) stepHit(Number(target.closest("[data-hit-step]").dataset.hitStep));
  else if (target.closest("[data-look-for]")) lookFor(target.closest("[data-look-for]").dataset.lookFor);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-filter]")) narrow();
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".doc-filter[open]")) event.target.querySelector("input[type=search]").focus();
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  if (!event.target.matches?.("[data-reader]")) return;
  const article = reading();
  showCopied();
  if (article?.dataset.words) stepHit(1);
  if (article?.dataset.due) htmx.ajax("POST", article.dataset.due, { source: article, swap: "none", values: { number: article.dataset.number } });
  count();
});
