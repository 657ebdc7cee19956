// Workbench panes: [data-splitter="docs|codes"] sets the width of its pane by pointer or arrow keys.
const STEP = 16;
const key = (bench, name) => `hims.bench.${bench.dataset.bench ?? "bench"}.${name}`;

function bounds(split) {
  return [Number(split.getAttribute("aria-valuemin")), Number(split.getAttribute("aria-valuemax"))];
}

function set(split, width) {
  const bench = split.closest(".bench");
  const [low, high] = bounds(split);
  const value = Math.round(Math.min(high, Math.max(low, width)));
  bench.style.setProperty(`--${split.dataset.splitter}`, `${value}px`);
  split.setAttribute("aria-valuenow", String(value));
  try {
    localStorage.setItem(key(bench, split.dataset.splitter), String(value));
  } catch (refused) {
    console.info("This browser keeps no settings; the width lasts for this page.", refused);
  }
}

// The documents stand left of their splitter, the codes right of theirs.
const paneOf = (split) => (split.dataset.splitter === "docs" ? split.previousElementSibling : split.nextElementSibling);
const direction = (split) => (split.dataset.splitter === "docs" ? 1 : -1);

document.addEventListener("pointerdown", (event) => {
  const split = event.target.closest("[data-splitter]");
  if (!split) return;
  event.preventDefault();
  split.setPointerCapture(event.pointerId);
  split.classList.add("is-dragging");
  const start = event.clientX;
  const width = paneOf(split).getBoundingClientRect().width;
  const move = (moved) => set(split, width + (moved.clientX - start) * direction(split));
  const stop = () => {
    split.classList.remove("is-dragging");
    split.removeEventListener("pointermove", move);
  };
  split.addEventListener("pointermove", move);
  split.addEventListener("pointerup", stop, { once: true });
  split.addEventListener("pointercancel", stop, { once: true });
});

document.addEventListener("keydown", (event) => {
  const split = event.target instanceof Element ? event.target.closest("[data-splitter]") : null;
  if (!split) return;
  const [low, high] = bounds(split);
  const now = paneOf(split).getBoundingClientRect().width;
  const wanted = {
    ArrowLeft: now - STEP * direction(split),
    ArrowRight: now + STEP * direction(split),
    Home: low,
    End: high,
  }[event.key];
  if (wanted === undefined) return;
  event.preventDefault();
  set(split, wanted);
});

function restore() {
  for (const split of document.querySelectorAll("[data-splitter]")) {
    const kept = localStorage.getItem(key(split.closest(".bench"), split.dataset.splitter));
    if (kept) set(split, Number(kept));
  }
}

try {
  restore();
} catch (refused) {
  console.info("This browser keeps no settings; panes start at their usual width.", refused);
}
