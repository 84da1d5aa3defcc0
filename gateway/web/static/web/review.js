// Keys and drawing of the review page. The forms work without this file; drawing alone needs it.
// Keys act only while the focus is inside #review. Nothing of a record is kept by the browser.
"use strict";

(() => {
  const STEP = 4; // points that an arrow key moves or sizes the box by
  const SVG = "http://www.w3.org/2000/svg";
  const byId = (id) => document.getElementById(id);
  const region = () => byId("review");
  const acts = () => JSON.parse(region().dataset.keys);
  const inside = (node) => Boolean(region()?.contains(node));
  let busy = false;
  let draft = null; // the box being drawn, in points: x, y, w, h
  let anchor = null; // where the pointer went down
  let zoom = 0; // of ZOOMS
  let flickered = false; // the result is shown in place of the source
  let single = false; // one pane instead of two

  const say = (words) => { const live = byId("rv-live"); if (live) live.textContent = words; };

  // Findings: which one is current, and where j and k go.
  const items = () => [...document.querySelectorAll("#rv-side [data-finding]")];
  const current = () => document.querySelector("#rv-side .is-current");

  const choose = (item) => {
    // On a crowded page only the findings around the current one have their buttons: the server shows others.
    if (region().dataset.editable === "1" && !item.querySelector(".rv-acts")) {
      item.querySelector(".rv-claim a").click();
      return;
    }
    for (const one of items()) {
      one.classList.toggle("is-current", one === item);
      if (one === item) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current");
    }
    for (const box of document.querySelectorAll("#rv-boxes rect[data-finding]")) {
      box.classList.toggle("is-current", box.dataset.finding === item.dataset.finding);
    }
    show(item);
  };

  const show = (item) => {
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    const box = document.querySelector("#rv-boxes rect.is-current");
    const view = document.querySelector("#rv-sheet .rv-view");
    if (!box || !view) return;
    const place = box.getBoundingClientRect();
    const frame = view.getBoundingClientRect();
    if (place.top < frame.top || place.bottom > frame.bottom) {
      view.scrollTop += place.top - frame.top - frame.height / 3;
    }
  };

  const step = (back) => {
    const all = items();
    const at = all.indexOf(current());
    const rest = back ? all.slice(0, Math.max(at, 0)).reverse() : all.slice(at + 1);
    const open = rest.find((one) => "open" in one.dataset);
    const away = byId("rv-side")?.dataset[back ? "pageBack" : "pageOn"];
    const any = all.some((one) => one !== current() && "open" in one.dataset);
    if (open) choose(open);
    else if (away) follow(away);
    else if (any) choose(back ? all.findLast((one) => "open" in one.dataset) : all.find((one) => "open" in one.dataset));
    else if (rest.length) choose(rest[0]);
    else say(back ? "This is the first finding of the page." : "There is no further finding.");
  };

  const follow = (address) => {
    const link = document.createElement("a");
    link.hidden = true;
    link.href = address;
    link.dataset.turn = "";
    region().append(link);
    link.click();
    link.remove();
  };

  const press = (form) => {
    if (!form || busy) return;
    form.requestSubmit(form.querySelector("button:not([type=button])"));
  };
  const act = (what) => {
    const form = current()?.querySelector(`form[data-do=${what}]`);
    if (!form) return say("Choose a finding first.");
    if (busy) return say("Still saving. Press again in a moment.");
    if (what === "keep") return form.elements.reason.focus();
    current().classList.add("is-saving");
    return press(form);
  };

  // A value that was shown is masked again by the same key, and always when the page is left.
  const mask = () => {
    const shown = document.querySelectorAll("[data-revealed]");
    for (const one of shown) {
      const form = one.parentNode.querySelector("form[data-reveal]");
      if (form) form.hidden = false;
      one.remove();
    }
    return shown.length > 0;
  };
  const reveal = () => {
    const item = current();
    if (!item) return say("Choose a finding first.");
    if (item.querySelector("[data-revealed]")) { mask(); return say("The value is masked again."); }
    const form = item.querySelector("form[data-reveal]");
    if (form) return press(form);
    // On a crowded page only the findings around the current one have it: the server shows others.
    if (document.querySelector("form[data-reveal]")) return item.querySelector(".rv-claim a").click();
    return say("The values of this record cannot be shown.");
  };
  window.addEventListener("pagehide", mask);

  // Drawing a box: by pointer or by keys, in points of the page.
  const sheet = () => byId("rv-sheet");
  const size = () => ({ w: Number(sheet().dataset.width), h: Number(sheet().dataset.height) });
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  const startDraw = (like = "below") => {
    if (region()?.dataset.editable !== "1") return undefined;
    const page = size();
    const chosen = document.querySelector("#rv-boxes rect.is-current");
    const sides = chosen && Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, Number(chosen.getAttribute(name))]));
    if (like !== "below" && !sides) return say("This finding has no place of its own on the page. Draw a box.");
    if (like === "same") draft = { x: sides.x, y: sides.y, w: sides.width, h: sides.height };
    else if (like === "line") draft = { x: page.w * 0.04, y: sides.y, w: page.w * 0.92, h: sides.height };
    else draft = chosen
      ? { x: Number(chosen.getAttribute("x")), y: Number(chosen.getAttribute("y")) + 16, w: 120, h: 16 }
      : { x: page.w / 2 - 60, y: page.h / 3, w: 120, h: 16 };
    sheet().classList.add("is-drawing");
    byId("rv-drawing").hidden = false;
    sheet().querySelector(".rv-view").focus({ preventScroll: true });
    paint();
    byId("rv-draft").scrollIntoView({ block: "nearest" });
    return say(byId("rv-drawing").firstElementChild.textContent);
  };

  const stopDraw = (words) => {
    draft = anchor = null;
    byId("rv-draft")?.remove();
    sheet()?.classList.remove("is-drawing");
    if (byId("rv-drawing")) byId("rv-drawing").hidden = true;
    if (words) { say(words); (current() || region()).focus({ preventScroll: true }); }
  };

  const paint = () => {
    const page = size();
    draft.w = clamp(draft.w, STEP, page.w);
    draft.h = clamp(draft.h, STEP, page.h);
    draft.x = clamp(draft.x, 0, page.w - draft.w);
    draft.y = clamp(draft.y, 0, page.h - draft.h);
    let box = byId("rv-draft");
    if (!box) {
      box = document.createElementNS(SVG, "rect");
      box.id = "rv-draft";
      box.setAttribute("class", "rv-box rv-box-draft");
      document.querySelector("#rv-boxes svg").append(box);
    }
    for (const [name, key] of [["x", "x"], ["y", "y"], ["width", "w"], ["height", "h"]]) {
      box.setAttribute(name, draft[key].toFixed(2));
    }
  };

  const setBox = (around) => {
    const form = byId("rv-draw");
    form.elements.around.value = around ? "1" : "";
    const corners = { x0: draft.x, y0: draft.y, x1: draft.x + draft.w, y1: draft.y + draft.h };
    for (const [name, value] of Object.entries(corners)) form.elements[name].value = value.toFixed(2);
    stopDraw();
    form.requestSubmit();
  };

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const drawKey = (event) => {
    const by = ARROWS[event.key];
    if (by) {
      const [x, y] = event.shiftKey ? ["w", "h"] : ["x", "y"];
      draft[x] += by[0] * STEP;
      draft[y] += by[1] * STEP;
      paint();
    } else if (event.key === "Enter" && !event.ctrlKey) setBox(false);
    else if (acts()[event.key] === "around") setBox(true);
    else if (event.key === "Escape") stopDraw("Drawing is left. No box was set.");
    else return false;
    return true;
  };

  const at = (event) => {
    const frame = document.querySelector("#rv-boxes svg").getBoundingClientRect();
    const page = size();
    return {
      x: clamp((event.clientX - frame.left) / frame.width, 0, 1) * page.w,
      y: clamp((event.clientY - frame.top) / frame.height, 0, 1) * page.h,
    };
  };

  document.addEventListener("pointerdown", (event) => {
    if (!draft || event.button !== 0 || !event.target.closest?.("#rv-boxes")) return;
    anchor = at(event);
    event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => {
    if (!anchor) return;
    const to = at(event);
    draft = {
      x: Math.min(anchor.x, to.x), y: Math.min(anchor.y, to.y),
      w: Math.abs(to.x - anchor.x), h: Math.abs(to.y - anchor.y),
    };
    paint();
  });
  document.addEventListener("pointerup", (event) => {
    if (!anchor) return;
    const to = at(event);
    const large = Math.abs(to.x - anchor.x) >= STEP && Math.abs(to.y - anchor.y) >= STEP;
    anchor = null;
    if (large) setBox(false);
  });

  // How the page is looked at: larger, and the source and the result in turn.
  const ZOOMS = ["", "rv-zoom-1", "rv-zoom-2", "rv-zoom-3", "rv-zoom-4"];
  const look = () => {
    const papers = document.querySelectorAll("#rv-sheet .rv-paper");
    for (const one of papers) one.className = `rv-paper ${ZOOMS[zoom]}`;
    const pair = byId("rv-pair");
    if (!pair) return;
    pair.classList.toggle("rv-single", single);
    pair.classList.toggle("rv-flickered", single && flickered);
  };
  const zoomBy = (by) => {
    zoom = by ? clamp(zoom + by, 0, ZOOMS.length - 1) : 0;
    look();
    const shown = document.querySelector("#rv-boxes rect.is-current");
    if (shown) shown.scrollIntoView({ block: "center", inline: "center" });
    say(zoom ? `Zoom ${["", "1.25", "1.5", "2", "3"][zoom]} times.` : "As wide as the pane.");
  };
  const flicker = () => {
    if (!byId("rv-flicker")) return say("There is no result of this page yet.");
    flickered = single ? !flickered : true;
    single = true;
    look();
    return say(flickered ? "As it would leave." : "As received.");
  };
  const panes = () => {
    if (!byId("rv-flicker")) return;
    single = !single;
    look();
    say(single ? "One pane." : "Two panes.");
  };
  // Both panes scroll together.
  document.addEventListener("scroll", (event) => {
    const views = [...document.querySelectorAll("#rv-pair .rv-view")];
    if (views.length !== 2 || !views.includes(event.target)) return;
    const other = views[views[0] === event.target ? 1 : 0];
    if (other.scrollTop !== event.target.scrollTop) other.scrollTop = event.target.scrollTop;
    if (other.scrollLeft !== event.target.scrollLeft) other.scrollLeft = event.target.scrollLeft;
  }, true);

  document.addEventListener("click", (event) => {
    const by = event.target.closest?.("[data-zoom]");
    if (by) return zoomBy(Number(by.dataset.zoom));
    if (event.target.closest?.("#rv-flicker")) return flicker();
    if (event.target.closest?.("#rv-panes")) return panes();
    if (event.target.closest?.("#rv-start-draw")) return draft ? stopDraw("Drawing is left.") : startDraw();
    const set = draft && event.target.closest?.("[data-set]");
    if (set) return setBox(set.dataset.set === "around");
    const box = event.target.closest?.("#rv-boxes rect[data-finding]");
    const item = box && !draft && byId(`f${box.dataset.finding}`);
    return item && choose(item);
  });

  // Which key does what is the person's own choice, sent with the page; none does anything when they are off.
  const ACTS = {
    next: () => step(false),
    previous: () => step(true),
    redact: () => act("redact"),
    keep: () => act("keep"),
    alike: () => {
      const link = current()?.querySelector(".rv-alike");
      if (link) link.click(); else say("These words stand nowhere else undecided.");
    },
    draw: () => startDraw(),
    edit: () => startDraw("same"),
    line: () => startDraw("line"),
    ground: () => byId("rv-code")?.focus(),
    goto: () => byId("rv-goto")?.select(),
    larger: () => zoomBy(1),
    smaller: () => zoomBy(-1),
    fit: () => zoomBy(0),
    whole: () => { if (!busy) byId("rv-whole")?.click(); },
    value: reveal,
    find: () => { byId("rv-find").open = true; byId("rv-sought").focus(); },
    seen: () => (byId("rv-seen") ? press(byId("rv-seen")) : say("This page is seen already.")),
    undo: () => press(byId("rv-undo")),
    redo: () => (byId("rv-redo")?.querySelector("button").disabled === false ? press(byId("rv-redo")) : say("There is nothing to do again.")),
    before: () => byId("rv-before")?.click(),
    after: () => byId("rv-after")?.click(),
    help: () => { const list = byId("rv-keys"); list.open = !list.open; if (list.open) list.firstElementChild.focus(); },
  };

  document.addEventListener("keydown", (event) => {
    const focus = document.activeElement;
    if (!inside(focus) || event.metaKey || event.altKey) return;
    if (event.ctrlKey) {
      if (event.key !== "Enter" || region().dataset.editable !== "1") return;
      event.preventDefault();
      if (byId("rv-finish")) byId("rv-finish").click(); else say(document.querySelector(".rv-progress .num").textContent);
      return;
    }
    if (event.key === " " && Object.keys(acts()).length && byId("rv-pair") && !focus.matches("button, a, summary, input, select")) {
      event.preventDefault();
      if (event.shiftKey) panes(); else flicker();
      return;
    }
    if (focus.matches("input:not([type=hidden]), textarea, select")) {
      if (event.key === "Escape") (focus.closest("[data-finding]") || region()).focus();
      return;
    }
    if (draft && drawKey(event)) return event.preventDefault();
    if (event.key === "Escape" && byId("rv-keys").open) { byId("rv-keys").open = false; return; }
    const does = ACTS[acts()[event.key]];
    if (!does) return;
    event.preventDefault();
    does();
  });

  // Saving is visible: saving, saved (said by the server), not saved.
  const mark = (words, bad) => {
    const place = byId("rv-saved");
    if (!place) return;
    place.textContent = words;
    place.classList.toggle("rv-unsaved", Boolean(bad));
  };
  const setBusy = (now) => {
    busy = now;
    if (now) region().setAttribute("aria-busy", "true"); else region().removeAttribute("aria-busy");
  };
  const lost = () => {
    mark("Not saved", true);
    document.querySelector(".is-saving")?.classList.remove("is-saving");
    say("The last act did not arrive, and nothing was changed. Open the page again if your session is over.");
  };

  document.addEventListener("htmx:configRequest", (event) => {
    if (sheet()) event.detail.headers["X-Shown-Page"] = sheet().dataset.page;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (busy) { event.preventDefault(); return; }
    setBusy(true);
    if (event.detail.requestConfig.verb === "post") mark("Saving…");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr?.getResponseHeader("X-Review-Parts")) return;
    setBusy(false);
    lost();
  });
  // All parts have changed and settled: the focus goes to the named place.
  const settled = () => {
    setBusy(false);
    stopDraw();
    ready();
    const refusal = document.querySelector("#rv-refusal [data-focus]");
    if (refusal) { refusal.focus(); return; }
    const focus = document.activeElement;
    if (focus !== document.body && !inside(focus)) return;
    const place = current() || byId("rv-seen")?.querySelector("button") || region();
    if (place === current()) show(place); else place.focus({ preventScroll: true });
  };
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "rv-side") settled(); });
  document.addEventListener("review:turned", settled);
  document.addEventListener("htmx:historyRestore", () => { if (region()) ready(); });

  const ready = () => {
    for (const name of ["rv-start-draw", "rv-zoom", "rv-looks"]) if (byId(name)) byId(name).hidden = false;
    look();
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!region()) return;
    ready();
    if (document.querySelector("#refusal [data-focus]")) return;
    if (current()) show(current()); else region().focus({ preventScroll: true });
  });
})();
