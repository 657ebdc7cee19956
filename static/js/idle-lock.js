// Locks the screen when nothing was done for as long as the server allows, and opens it again in place. The server decides: this
// page tells it when the person does something, asks it when the time seems over, and hides everything while it is locked.
import { guard } from "./lock-guards.js";
import { seal } from "./lock-seal.js";
import { askKey } from "./security-key.js";

const dialog = document.getElementById("lock");
const part = (name) => dialog.querySelector(`[data-lock-${name}]`);
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("hims-lock") : null;
const BACKGROUND = { Accept: "application/json", "X-HIMS-Background": "1" };
const SOON = "This screen locks soon. Any key keeps it open.";
let limit = Number(dialog?.dataset.limit ?? 0) * 1000;
let until = Date.now() + limit; // by this clock; the server knows better
let told = Date.now();
let acted = 0;
let warned = false;
let sealed = null;
let state = {};

const token = () => dialog.querySelector("[name=csrfmiddlewaretoken]").value;
const send = (url, body) => fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token() } });
const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "inform" } }));

function leave() {
  document.documentElement.hidden = true;
  window.location.reload();
}

async function ask() {
  const answer = await fetch(dialog.dataset.lock, { headers: BACKGROUND, cache: "no-store" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

// What the server says becomes what the screen shows. Without an answer the screen locks when its own time is over.
async function check() {
  try {
    const now = await ask();
    if (!now.signed_in) return leave();
    state = now;
    limit = now.limit_seconds * 1000;
    until = Date.now() + now.seconds_left * 1000;
    if (now.locked) lock();
    else if (sealed) await open();
  } catch (away) {
    console.warn("The server did not say whether the screen is locked.", away);
    if (Date.now() >= until) lock();
  }
}

function lock() {
  if (sealed) return;
  sealed = seal(dialog, state.seal_key);
  const ways = state.ways ?? ["password"];
  dialog.querySelector("[data-way=code]").hidden = !ways.includes("code");
  dialog.querySelector("[data-way=password]").hidden = !ways.includes("password");
  part("key").hidden = !ways.includes("key");
  part("hint").textContent = state.hint ?? "";
  dialog.showModal();
}

async function open() {
  const box = sealed;
  const answer = await send(dialog.dataset.open, new URLSearchParams({ public: (await box.public) ?? "" }));
  if (box !== sealed || (!answer.ok && (await box.public))) return;
  sealed = null;
  await box.open(answer.ok ? (await answer.json()).key : "");
  part("form").reset();
  problem("");
  dialog.close();
}

function problem(text) {
  part("problem-text").textContent = text;
  part("problem").hidden = text === "";
}

async function unlock(extra) {
  problem("");
  const body = new FormData(part("form"));
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  try {
    const answer = await send(part("form").action, body);
    if (answer.redirected) return leave();
    if (!answer.ok) return problem((await answer.json()).detail ?? "This was not accepted.");
    await check();
    tabs?.postMessage("look");
  } catch (away) {
    problem(`The server did not answer. Try again. (${away.name})`);
  }
}

// The server hears of what the person does a few times within the limit.
async function tell() {
  told = Date.now();
  const answer = await send(dialog.dataset.alive).catch(() => ({ ok: false }));
  if (answer.ok) until = Date.now() + limit;
  else await check();
}

async function tick() {
  if (sealed) return;
  const left = until - Date.now();
  if (left > 0 && acted > told && Date.now() - told >= limit / 15) await tell();
  else if (left <= 0) await check();
  else if (left <= Math.min(60_000, limit / 4) && !warned) {
    warned = true;
    await check(); // perhaps another tab is in use
    warned = until - Date.now() <= 60_000;
    if (warned && !sealed) say(SOON);
  } else if (left > 60_000) warned = false;
}

function act() {
  if (!sealed && Date.now() < until) acted = Date.now();
  if (warned && acted > told) tell();
}

if (dialog) {
  if (!limit) check();
  setInterval(tick, 1000);
  for (const name of ["keydown", "pointerdown", "wheel", "touchstart"]) document.addEventListener(name, act, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => document.hidden || check());
  window.addEventListener("pageshow", (event) => event.persisted && leave());
  tabs?.addEventListener("message", check);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  part("form").addEventListener("submit", (event) => (event.preventDefault(), unlock({})));
  part("key").addEventListener("click", async () => {
    try {
      const options = await (await fetch(dialog.dataset.unlockKey, { headers: BACKGROUND })).json();
      await unlock({ credential: await askKey("get", options) });
    } catch (refused) {
      problem(refused.message);
    }
  });
  guard({ isLocked: () => sealed !== null, isOver: () => Date.now() >= until, check, dialog });
  document.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-lock-screen]")) return;
    event.preventDefault();
    await send(dialog.dataset.lockNow);
    await check();
    tabs?.postMessage("look");
  });
}
