// The tabular list as a tree: arrows move, → opens a branch (loaded when first opened), ← closes it or goes up, Enter shows the entry.
const items = (tree) => [...tree.querySelectorAll("[role=treeitem]:not([hidden])")];
const level = (item) => Number(item.getAttribute("aria-level"));

function below(item) {
  const found = [];
  for (let next = item.nextElementSibling; next && level(next) > level(item); next = next.nextElementSibling) found.push(next);
  return found;
}

function focus(item) {
  if (!item) return;
  for (const each of item.closest("[data-tree]").querySelectorAll("[tabindex='0']")) each.tabIndex = -1;
  item.tabIndex = 0;
  item.focus();
}

async function open(item) {
  if (item.getAttribute("aria-expanded") !== "false") return focus(below(item)[0]);
  const known = below(item);
  if (known.length === 0) {
    const answer = await fetch(item.dataset.children, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) return undefined;
    item.insertAdjacentHTML("afterend", await answer.text());
    for (const each of below(item)) htmx.process(each);
  }
  for (const each of known) each.hidden = level(each) > level(item) + 1;
  for (const each of known) if (each.hasAttribute("aria-expanded")) each.setAttribute("aria-expanded", "false");
  return item.setAttribute("aria-expanded", "true");
}

function close(item) {
  if (item.getAttribute("aria-expanded") === "true") {
    for (const each of below(item)) each.hidden = true;
    item.setAttribute("aria-expanded", "false");
    return;
  }
  let up = item.previousElementSibling;
  while (up && level(up) >= level(item)) up = up.previousElementSibling;
  focus(up);
}

const KEYS = {
  ArrowDown: (item, all) => focus(all[all.indexOf(item) + 1]),
  ArrowUp: (item, all) => focus(all[all.indexOf(item) - 1]),
  Home: (item, all) => focus(all[0]),
  End: (item, all) => focus(all.at(-1)),
  ArrowRight: (item) => (item.hasAttribute("aria-expanded") ? open(item) : undefined),
  ArrowLeft: close,
};

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.("[data-tree] [role=treeitem]");
  if (!item || !(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  KEYS[event.key](item, items(item.closest("[data-tree]")));
});

// What was asked for stands in sight, and keeps the focus when the tree was walked by keys.
document.addEventListener("htmx:afterSettle", (event) => {
  const current = event.target.querySelector?.("[data-tree] .is-current");
  if (!current) return;
  const tree = current.closest("[data-tree]");
  tree.scrollTop = Math.max(0, current.offsetTop - tree.offsetTop - tree.clientHeight / 3);
  if (document.activeElement === document.body || document.activeElement === null) current.focus({ preventScroll: true });
});
