// Small comforts. Every page works without this file.
"use strict";

(() => {
  // A refusal takes the focus, so that it is read first; otherwise the focus stays where it was.
  const focusRefusal = () => document.querySelector("[data-focus]")?.focus();

  // A form whose effect cannot be undone asks once, naming the effect.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.ask || form.dataset.ask;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      // A second press sends nothing.
      setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
    }
  }, true);

  // "12 files chosen" beside a file field.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "file" || !field.dataset.count) return;
    const place = document.getElementById(field.dataset.count);
    const count = field.files.length;
    if (place) place.textContent = count === 1 ? "1 file chosen" : `${count} files chosen`;
  });

  // Coming back through the browser's history must not leave buttons dead.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("button[disabled]:not([data-closed])").forEach((button) => { button.disabled = false; });
  });

  document.addEventListener("htmx:afterSettle", focusRefusal);
  focusRefusal();
})();
