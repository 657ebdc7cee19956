// The page of the shelf: what was changed on it shows after a moment.
document.body.addEventListener("shelf-changed", () => window.location.reload());
