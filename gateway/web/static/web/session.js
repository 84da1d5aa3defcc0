// The end of the session: said some minutes before, with a way to stay. Without this file the page still
// says when it ends, and a form that is sent later is kept.
"use strict";

(() => {
  const place = document.getElementById("session");
  if (!place) return;
  const soon = document.getElementById("session-soon");
  const over = document.getElementById("session-over");
  const says = document.getElementById("session-says");
  const before = Number(place.dataset.before) * 1000;
  const LAST = 30_000; // it is said once more
  const SAME = 2_000; // the server tells whole seconds, and answers take their time: no new end
  let end = 0;
  let said = 0; // how often this end was announced
  let timer = 0;

  // Several windows of one browser share one session: what one of them does holds for all.
  const windows = new BroadcastChannel("session");
  const show = (one) => {
    for (const part of [soon, over]) part.hidden = part !== one;
    document.documentElement.classList.toggle("session-shown", Boolean(one));
  };

  const look = () => {
    clearTimeout(timer);
    const left = end - Date.now();
    if (left <= 0) {
      if (said < 3) says.textContent = over.querySelector("p").textContent;
      said = 3;
      return show(over);
    }
    if (left > before) {
      show(null);
      timer = setTimeout(look, left - before);
      return undefined;
    }
    const due = left > LAST ? 1 : 2;
    if (said < due) says.textContent = soon.querySelector("p").textContent;
    said = due;
    show(soon);
    timer = setTimeout(look, left > LAST ? left - LAST : left);
    return undefined;
  };

  const renewed = (to, until, tell) => {
    if (to <= end + SAME) return;
    end = to;
    for (const one of document.querySelectorAll(".session-until")) one.textContent = until;
    if (said) says.textContent = place.dataset.stays.replace("{until}", until);
    said = 0;
    if (tell) windows.postMessage({ to, until });
    look();
  };
  const heard = (header) => {
    const left = header("X-Session-Left");
    if (left) renewed(Date.now() + Number(left) * 1000, header("X-Session-Until"), true);
  };

  windows.addEventListener("message", (event) => renewed(event.data.to, event.data.until, false));
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.triggeringEvent) event.detail.headers["X-By-Hand"] = "1"; // no clock of the page asked
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr) heard((name) => event.detail.xhr.getResponseHeader(name));
  });
  document.addEventListener("answered", (event) => heard((name) => event.detail.get(name))); // to a script of ours
  // A sleeping computer stops timers, not the session.
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", look);

  place.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } })
      .catch(() => null);
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    if (answer?.headers.get("X-Session-Left")) heard((name) => answer.headers.get(name));
    else if (answer) { end = Date.now(); look(); }
    document.getElementById("main").focus({ preventScroll: true });
  });

  renewed(Date.now() + Number(place.dataset.left) * 1000, place.dataset.until, true);
})();
