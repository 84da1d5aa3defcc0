// Words of a paper into a clause, or into the note of a check: dragged over on the image, or selected in the text
// beside it. The one selection is that of the text field, so whatever a pointer does, keys do. The forms work without
// this file.
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const LONGEST = 600; // characters of a quote
  const byId = (id) => document.getElementById(id);
  let words = []; // of the page that is shown: { start, end, rect, box }
  let size = null; // of the page, in points
  let from = null; // the word on which a drag began
  let field = null; // the field for words of the paper that had the focus last

  const say = (sentence) => { byId("pick-says").textContent = sentence; };

  const open = async () => {
    const sheet = document.querySelector("[data-words]");
    if (!sheet || "asked" in sheet.dataset) return;
    sheet.dataset.asked = "";
    const answer = await fetch(sheet.dataset.words).catch(() => null);
    if (!answer?.ok || answer.redirected) {
      delete sheet.dataset.asked;
      return;
    }
    const page = await answer.json();
    if (!sheet.isConnected) return; // another page was turned to meanwhile: these are not its words
    if (!page.words.length) { say("No words with a place were read on this page. Type what it says."); return; }
    draw(sheet, page);
  };

  const draw = (sheet, page) => {
    // Offsets count characters; a text field counts the halves of rare ones.
    const units = [0];
    for (const one of page.text) units.push(units.at(-1) + one.length);
    size = page;
    const layer = document.createElementNS(SVG, "svg");
    layer.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
    layer.setAttribute("preserveAspectRatio", "none");
    layer.setAttribute("aria-hidden", "true");
    words = page.words.map(([start, end, x0, y0, x1, y1]) => {
      const rect = document.createElementNS(SVG, "rect");
      for (const [name, value] of [["x", x0], ["y", y0], ["width", x1 - x0], ["height", y1 - y0]]) rect.setAttribute(name, value);
      layer.append(rect);
      return { start: units[start], end: units[end], rect, box: [x0, y0, x1, y1] };
    });
    sheet.append(layer);
    byId("pick-text").value = page.text;
    byId("pick").hidden = false;
    name();
  };

  // The selection of the text is drawn on the image.
  const show = () => {
    const text = byId("pick-text");
    for (const one of words) {
      one.rect.classList.toggle("is-picked", one.start < text.selectionEnd && one.end > text.selectionStart);
    }
  };

  const nearest = (event) => {
    const frame = event.target.closest("svg").getBoundingClientRect();
    const x = (event.clientX - frame.left) / frame.width * size.width;
    const y = (event.clientY - frame.top) / frame.height * size.height;
    const away = ([x0, y0, x1, y1]) => Math.hypot(Math.max(x0 - x, 0, x - x1), 3 * Math.max(y0 - y, 0, y - y1));
    return words.reduce((best, one) => (away(one.box) < away(best.box) ? one : best));
  };
  const pick = (to) => {
    const text = byId("pick-text");
    text.setSelectionRange(Math.min(from.start, to.start), Math.max(from.end, to.end));
    show();
  };
  document.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch" || !event.target.closest?.(".sheet-page svg")) return;
    event.preventDefault();
    from = nearest(event);
    pick(from);
  });
  document.addEventListener("pointermove", (event) => {
    if (from && event.target.closest?.(".sheet-page svg")) pick(nearest(event));
  });
  document.addEventListener("pointerup", () => {
    if (!from) return;
    from = null;
    byId("pick-text").focus({ preventScroll: true });
    show();
  });
  for (const kind of ["select", "keyup", "click"]) {
    document.addEventListener(kind, (event) => { if (event.target.id === "pick-text") show(); });
  }

  // Nothing can be typed there. A field that is read-only by itself would let no key move or select.
  document.addEventListener("beforeinput", (event) => { if (event.target.id === "pick-text") event.preventDefault(); });

  // Where they go: the field that had the focus last, else the first clause without words, else the last clause, else
  // the note of the check that asks for them.
  const takesWords = (node) => "pick" in (node?.dataset || {}) || /^form-\d+-(\w+_)?quote$/.test(node?.name || "");
  const target = () => {
    if (field?.isConnected) return field;
    const every = [...document.querySelectorAll("textarea")].filter((one) => /^form-\d+-quote$/.test(one.name));
    return every.find((one) => !one.value.trim()) || every.at(-1) || document.querySelector("[data-pick=V10]");
  };
  const name = () => {
    const into = target();
    const place = into?.dataset.pick
      ? `the note of ${into.dataset.pick}`
      : into?.closest("fieldset")?.querySelector("legend")?.textContent.toLowerCase();
    if (byId("pick-take")) byId("pick-take").disabled = !place;
    if (place && byId("pick-take")) byId("pick-take").textContent = `Put the selected words into ${place}`;
  };
  document.addEventListener("focusin", (event) => {
    if (!takesWords(event.target)) return;
    field = event.target;
    name();
  });

  const pageShown = () => document.querySelector("[data-words]").dataset.page;
  const intoClause = (into, chosen) => {
    if (chosen.length > LONGEST) return say(`A clause quotes at most ${LONGEST} characters. Select fewer words.`);
    into.value = chosen;
    const page = into.form.elements[into.name.replace(/quote$/, "page")];
    if (page) page.value = pageShown();
    into.focus();
    return say("The words and their page are in the clause. Hold them against the image.");
  };
  const intoNote = (into, chosen) => {
    const note = `${into.value} page ${pageShown()}: “${chosen.replace(/[“”]/g, "\"")}”`.trim();
    if (note.length > into.maxLength) return say(`A note has at most ${into.maxLength} characters. Select fewer words.`);
    into.value = note;
    into.focus();
    return say("The words and their page are in the note. Hold them against the image, then answer the check.");
  };
  document.addEventListener("click", (event) => {
    if (event.target.id !== "pick-take") return;
    const text = byId("pick-text");
    const chosen = text.value.slice(text.selectionStart, text.selectionEnd).replace(/\s+/g, " ").trim();
    if (!chosen) { say("Select words first: on the image, or in the text."); return; }
    const into = target();
    if (into.dataset.pick) intoNote(into, chosen); else intoClause(into, chosen);
  });

  document.addEventListener("htmx:afterSettle", () => { // another page of the paper, or a check that was answered
    open();
    name();
  });
  document.addEventListener("DOMContentLoaded", open);
})();
