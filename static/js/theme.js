// Theme choice: buttons [data-theme-set="system|light|dark"]; the choice is kept in this browser.
const KEY = "hims.theme";
const root = document.documentElement;

const chosen = () => root.dataset.theme ?? "system";

function show() {
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen()));
  }
}

function remember(theme) {
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch (refused) {
    console.info("This browser keeps no settings; the theme lasts for this page.", refused);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-set]");
  if (!button) return;
  const theme = button.dataset.themeSet;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  remember(theme);
  show();
});

window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  if (event.newValue) root.dataset.theme = event.newValue;
  else delete root.dataset.theme;
  show();
});

document.addEventListener("htmx:afterSwap", show);
show();
