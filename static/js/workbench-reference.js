// Books and shelf beside a coding: the Code panel is about the chosen line or hit, and codes taken over from elsewhere are sent.
import { send } from "./workbench-send.js";

const tab = document.getElementById("tab-code");

// What the keys are about: the hit chosen in the search while it is open, else the chosen line.
function wanted() {
  const hit = document.querySelector("#code-hits [data-pick][aria-selected=true]");
  if (hit) return { system: hit.dataset.system, code: hit.dataset.code };
  const line = document.querySelector("[data-coding] .is-chosen");
  const code = line?.querySelector(".codes__code")?.textContent.trim().replace(".", "");
  return code ? { system: line.id.startsWith("p") ? "icd10pcs" : "icd10cm", code } : null;
}

const ask = (key, query) => document.dispatchEvent(new CustomEvent("workbench:panel", { detail: { key, query } }));

// Before the panels module shows the tab: its address names the code.
tab?.addEventListener("click", (event) => {
  const query = wanted();
  if (!query) return;
  event.stopPropagation();
  ask("code", query);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.shiftKey || event.altKey || event.target.id !== "code-text") return;
  const query = wanted();
  if (!query) return;
  event.preventDefault();
  event.stopPropagation();
  ask("code", query);
}, true);

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-take]");
  if (!form) return;
  event.preventDefault();
  const keys = [...form.querySelectorAll("[name=key]:checked")].map((box) => box.value).join(" ");
  if (!keys) return;
  await send(form.dataset.action, { source: form.elements.source.value, group: form.elements.group.value, keys });
  ask("shelf", null);
});
