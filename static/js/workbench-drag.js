// Sequencing by drag: the number of a line is its grip ([data-grip]). Pointer events, so mouse, pen and finger alike; Escape drops
// it where it was. The order is sent once, when the line is let go; the keys (Alt and the arrows) do the same.
import { send } from "./workbench-send.js";

const MOVED_PX = 4;
let drag = null;

const list = (line) => line.closest("[data-lines]");
const lines = (within) => [...within.querySelectorAll(":scope > [data-line]")];
// A principal diagnosis has no grip and keeps the first place; whoever is dropped above it becomes principal.
const fixed = (within) => (lines(within).some((each) => !each.querySelector("[data-grip]")) ? 1 : 0);

function begin(event) {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0 || drag) return;
  const line = grip.closest("[data-line]");
  if (!list(line)) return;
  drag = { grip, line, list: list(line), from: lines(list(line)).indexOf(line), y: event.clientY, on: false, pointer: event.pointerId };
  grip.setPointerCapture(event.pointerId);
  event.preventDefault();
}

// The line stands before the first one whose middle is below the pointer.
function follow(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (!drag.on && Math.abs(event.clientY - drag.y) < MOVED_PX) return;
  drag.on = true;
  drag.line.classList.add("is-dragged");
  const others = lines(drag.list).filter((each) => each !== drag.line);
  const next = others.find((each) => {
    const box = each.getBoundingClientRect();
    return event.clientY < box.top + box.height / 2;
  });
  if (next) next.before(drag.line);
  else drag.list.append(drag.line);
  drag.line.scrollIntoView({ block: "nearest" });
  drag.grip.setPointerCapture(drag.pointer);
}

function back({ list: within, line, from }) {
  const others = lines(within).filter((each) => each !== line);
  if (others[from]) others[from].before(line);
  else within.append(line);
}

async function drop(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const done = drag;
  drag = null;
  done.line.classList.remove("is-dragged");
  const at = lines(done.list).indexOf(done.line);
  const { move, lead } = done.grip.dataset;
  const first = fixed(done.list);
  if (!done.on || at === done.from) {
    document.getElementById(done.line.id)?.focus({ preventScroll: true });
    return;
  }
  if (event.type === "pointercancel") {
    back(done);
    return;
  }
  if (lead && first && at === 0) await send(lead);
  else await send(move, { place: at - first + 1 });
  document.getElementById(done.line.id)?.focus({ preventScroll: true });
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag) return;
  back(drag);
  drag.line.classList.remove("is-dragged");
  drag = null;
});
