// While somebody types, the desk is told now and then, so that no session ends over a form that was not sent yet.
"use strict";

(() => {
  const PAUSE = 5 * 60 * 1000;
  let told = Date.now();
  document.addEventListener("input", () => {
    if (Date.now() - told < PAUSE) return;
    told = Date.now();
    fetch("/awake/", { credentials: "same-origin" }).catch(() => {});
  });
})();
