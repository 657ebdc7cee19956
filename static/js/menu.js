// Menus: [data-menu] holds a [data-menu-button] and the list it controls. Arrows move, Escape closes.
const openMenus = () => document.querySelectorAll("[data-menu-button][aria-expanded=true]");
const listOf = (button) => document.getElementById(button.getAttribute("aria-controls"));
const itemsOf = (list) => [...list.querySelectorAll("a[href], button:not(:disabled)")];

function set(button, open) {
  const list = listOf(button);
  if (!list) return;
  button.setAttribute("aria-expanded", String(open));
  list.hidden = !open;
}

function closeAll(except) {
  for (const button of openMenus()) if (button !== except) set(button, false);
}

document.addEventListener("click", (event) => {
  const nav = event.target.closest("[data-nav-button]");
  if (nav) {
    const open = nav.getAttribute("aria-expanded") !== "true";
    nav.setAttribute("aria-expanded", String(open));
    listOf(nav)?.classList.toggle("is-open", open);
    return;
  }
  const button = event.target.closest("[data-menu-button]");
  closeAll(button);
  if (button) set(button, button.getAttribute("aria-expanded") !== "true");
});

function move(event, button) {
  const items = itemsOf(listOf(button));
  const at = items.indexOf(document.activeElement);
  const target = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowUp: items[(at - 1 + items.length) % items.length],
    Home: items[0],
    End: items[items.length - 1],
  }[event.key];
  if (!target) return;
  event.preventDefault();
  target.focus();
}

document.addEventListener("keydown", (event) => {
  const menu = event.target instanceof Element ? event.target.closest("[data-menu]") : null;
  const button = menu?.querySelector("[data-menu-button]");
  if (!button) return;
  const open = button.getAttribute("aria-expanded") === "true";
  if (event.key === "Escape" && open) {
    event.preventDefault();
    set(button, false);
    button.focus();
  } else if (event.key === "ArrowDown" && !open && event.target === button) {
    event.preventDefault();
    set(button, true);
    itemsOf(listOf(button))[0]?.focus();
  } else if (open) {
    move(event, button);
  }
});

document.addEventListener("focusin", (event) => {
  for (const button of openMenus()) {
    if (!button.closest("[data-menu]").contains(event.target)) set(button, false);
  }
});
