// Turning the pages of a record. What is needed for the page that comes next is asked for while this one is looked
// at: its image, decoded, and its parts, parsed. Both are held by this window alone, for a short time. Without this
// file the links are links. It tells "review:turned" when another page stands there.
"use strict";

(() => {
  const FRESH_MS = 120_000; // what is older is asked for again
  const PAUSE_MS = 300; // after the last act: who decides one finding after the other has no use for it yet
  const byId = (id) => document.getElementById(id);
  const sheet = () => byId("rv-sheet");
  const images = new Map(); // address: image of a page that is not shown yet
  let kept = null; // { address, parts, at }
  let asking = null;
  let pause = 0;

  const forget = () => {
    clearTimeout(pause);
    asking?.abort();
    asking = kept = null;
    delete sheet()?.dataset.kept;
  };

  const fetchImages = () => {
    const wanted = sheet().dataset.images.split(" ").filter(Boolean);
    for (const address of images.keys()) if (!wanted.includes(address)) images.delete(address);
    for (const address of wanted) {
      if (images.has(address)) continue;
      const image = new Image();
      image.src = address;
      images.set(address, image);
      image.decode().catch(() => images.delete(address));
    }
  };

  // Every sending of an image is an entry of the log: the one that is there already is put in its place. Taken out
  // of `parts` before they belong to this document, put in afterwards: either would send it again.
  const place = (parts, join = () => {}) => {
    const pairs = [];
    for (const empty of parts.querySelectorAll(".rv-paper img")) {
      const address = empty.getAttribute("src");
      if (!images.has(address)) continue;
      pairs.push([empty, images.get(address)]);
      images.delete(address);
      empty.removeAttribute("src");
    }
    join();
    for (const [empty, image] of pairs) {
      for (const one of empty.attributes) image.setAttribute(one.name, one.value);
      empty.replaceWith(image);
    }
  };

  const ask = async (address, byHand) => {
    const ours = new AbortController();
    asking = ours;
    const headers = { "HX-Request": "true", ...(byHand ? { "X-By-Hand": "1" } : {}) };
    try {
      const answer = await fetch(address, { headers, redirect: "manual", signal: ours.signal });
      document.dispatchEvent(new CustomEvent("answered", { detail: answer.headers }));
      if (!answer.ok || !answer.headers.get("X-Review-Parts")) return;
      const parts = document.createElement("template"); // parsed, and nothing of it is loaded
      parts.innerHTML = await answer.text();
      if (asking !== ours) return;
      kept = { address, parts: parts.content, at: Date.now() };
      sheet().dataset.kept = "1";
    } catch {
      // Not there in time, or given up: the page is asked for when it is wanted, and what fails then is said then.
    }
  };

  const fetchAhead = (byHand) => {
    if (!sheet()) return;
    forget();
    const shown = sheet().querySelector(".rv-paper img");
    if (!shown || shown.complete) fetchImages(); else shown.addEventListener("load", fetchImages, { once: true });
    const address = sheet().dataset.ahead;
    if (address) pause = setTimeout(ask, byHand ? 0 : PAUSE_MS, address, byHand);
  };

  const swap = (address) => {
    const parts = [...kept.parts.children];
    place(kept.parts, () => document.createDocumentFragment().append(...parts));
    forget();
    for (const part of parts) {
      if (part.getAttribute("hx-swap-oob") === "innerHTML") {
        byId(part.id).textContent = part.textContent; // what is read aloud stays the same place
        continue;
      }
      part.removeAttribute("hx-swap-oob");
      byId(part.id).replaceWith(part);
      htmx.process(part);
    }
    history.replaceState({ htmx: true }, "", location.href);
    history.pushState({ htmx: true }, "", address);
    document.dispatchEvent(new CustomEvent("review:turned"));
    fetchAhead(true); // and the server learns that somebody is there
  };

  const askNow = (address) => {
    byId("rv-asking")?.remove(); // the last one stayed: an answer finds the page by way of its link
    const link = document.createElement("a");
    link.id = "rv-asking";
    link.hidden = true;
    for (const [name, value] of [["href", address], ["hx-get", address], ["hx-push-url", "true"], ["hx-swap", "none"]]) {
      link.setAttribute(name, value);
    }
    byId("review").append(link);
    htmx.process(link);
    link.click();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#review a[data-turn]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (byId("review").hasAttribute("aria-busy")) return; // what is being saved comes first
    const address = link.pathname + link.search;
    if (kept?.address === address && Date.now() - kept.at < FRESH_MS) swap(address); else askNow(address);
  });

  // An act changes what other pages say, too: what is kept of them is out of date before it is sent.
  document.addEventListener("htmx:beforeRequest", forget);
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.detail.fragment?.querySelectorAll) place(event.detail.fragment);
  });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "rv-side") fetchAhead(false); });
  document.addEventListener("htmx:historyRestore", () => fetchAhead(false));
  document.addEventListener("DOMContentLoaded", () => fetchAhead(false));
})();
