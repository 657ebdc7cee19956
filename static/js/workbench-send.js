// Changes of the coding: sent one after the other, each with the newest version, so that quick keys never overtake an answer. What
// cannot be sent waits in the memory of this page, never on disk, and is sent again, in order, under the id by which the server
// knows it and with the version it was made on. What somebody else's change has overtaken is kept for the coder to decide.
import { newId } from "./page-id.js";
import { problem } from "./toast.js";
import { show } from "./workbench-unsent.js";
import { describe } from "./workbench-words.js";

const PANE = "#coded";
const NAME = "X-HIMS-Change";
const LOCKED = 423;
const WAITS = [0, LOCKED, 429, 502, 503, 504];
const PAUSES = [1, 2, 4, 8, 15, 30];
const BEHIND = "It came after a change that could not be applied.";
const queue = [];
let onItsWay = null;
let missed = 0; // how often in a row the server was not reached
let away = null; // the status of the last miss, null while all is well
let timer = 0;
let unseen = false; // an answer came behind the locked screen

const side = () => document.querySelector("[data-coding]");
const version = () => document.getElementById("coding-version")?.value ?? "0";
const locked = () => document.getElementById("lock")?.open ?? false;
const mine = (event) => (onItsWay && event.detail.requestConfig?.headers?.[NAME] === onItsWay.id ? onItsWay : null);
const fresh = () => htmx.ajax("GET", `${side().dataset.base}pane`, { target: PANE, swap: "outerHTML" });
const steps = { redo, discard: (change) => (drop(change), render()) };

function render() {
  show(queue, away, steps);
}

function drop(change) {
  queue.splice(queue.indexOf(change), 1);
  change.settle();
}

function hold(change, words) {
  Object.assign(change, { held: true, problem: words });
  change.settle();
}

function redo(change) {
  Object.assign(change, { id: newId(), version: null, held: false, problem: "", status: undefined });
  queue.push(...queue.splice(queue.indexOf(change), 1));
  run();
  render();
}

// The values of the last change that waits behind others for this address.
export function waitingFor(path) {
  return queue.findLast((each) => !each.held && each !== onItsWay && each.url === path)?.values;
}

// url: text, or a function that is asked when its turn comes and may answer "" to drop the step. The promise ends with the answer,
// or as soon as it is known that the change has to wait.
export function send(url, values = {}) {
  if (locked()) return Promise.resolve(); // nobody acts behind a locked screen: it was the blanking of the page
  const path = typeof url === "function" ? url() : url;
  const change = { id: newId(), url, values, words: describe(path, values), version: null, held: false, problem: "" };
  const ended = new Promise((settle) => (change.settle = settle));
  queue.push(change);
  run();
  return ended;
}

async function run() {
  const change = queue.find((each) => !each.held);
  if (!change || onItsWay || locked()) return;
  clearTimeout(timer);
  const path = typeof change.url === "function" ? change.url() : change.url;
  if (path) {
    onItsWay = change;
    change.version ??= version();
    change.status = undefined;
    await htmx.ajax("POST", path, {
      source: side(), target: PANE, swap: "outerHTML", headers: { [NAME]: change.id },
      values: { ...change.values, version: change.version, change: change.id },
    }).catch((refused) => console.info("A change is not saved yet.", refused));
    onItsWay = null;
  }
  answered(change, path ? (change.status ?? (locked() ? LOCKED : 0)) : 204);
}

function answered(change, status) {
  if (WAITS.includes(status)) return wait(status);
  missed = 0;
  if (status < 400 || status === 422) drop(change);
  else for (const each of queue.filter((one) => !one.held)) hold(each, each === change ? change.problem : BEHIND);
  if (queue.every((each) => each.held)) away = null;
  unseen ||= locked();
  render();
  return run();
}

function wait(status) {
  away = status;
  for (const each of queue) each.settle();
  render();
  clearTimeout(timer);
  timer = setTimeout(run, PAUSES[Math.min(missed, PAUSES.length - 1)] * 1000);
  missed += 1;
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const change = mine(event);
  if (!change) return;
  const { xhr } = event.detail;
  change.status = xhr.status;
  if (xhr.status >= 400 && !WAITS.includes(xhr.status)) change.problem = problem(xhr) ?? "The server did not take it.";
  change.done = xhr.status < 400;
});

// While a change waits, the list says so; a message for each try would be noise. The lock's own module hears of a locked screen.
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  window.addEventListener(name, (event) => {
    const status = event.detail.xhr?.status ?? 0;
    if (mine(event) && WAITS.includes(status) && status !== LOCKED) event.stopImmediatePropagation();
  }, true);
}

// Someone else was faster (409): show the newest state under the toast that says so.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 409 && event.detail.target?.id === "coded") fresh();
});

document.addEventListener("htmx:afterSwap", (event) => event.target.id === "coded" && queue.some((each) => each.held) && render());

document.getElementById("lock")?.addEventListener("close", () => {
  if (unseen) fresh();
  unseen = false;
  render();
  run();
});
window.addEventListener("online", run);
document.addEventListener("click", (event) => event.target.closest("[data-unsent-now]") && run());
window.addEventListener("beforeunload", (event) => queue.some((each) => !each.done) && event.preventDefault());
