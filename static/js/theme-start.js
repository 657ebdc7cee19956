// Runs before the first paint, so that a chosen theme never flashes. The only classic script of the product.
(function () {
  try {
    const theme = localStorage.getItem("hims.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (refused) {
    delete document.documentElement.dataset.theme;
  }
})();
