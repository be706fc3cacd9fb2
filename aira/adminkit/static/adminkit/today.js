// Refresh the figures of the start page every 20 seconds. Only figures that have changed are replaced.
"use strict";
(() => {
  const box = document.getElementById("today");
  if (!box) return;
  const WAIT = 20000;
  const keys = (root) => [...root.querySelectorAll("[id^=figure-]")].map((one) => one.id).join();
  const rest = (root) => {
    const copy = root.cloneNode(true);
    for (const one of copy.querySelectorAll("[id^=figure-]")) one.replaceChildren();
    return copy.textContent;
  };
  function show(text) {
    const fresh = document.createElement("div");
    fresh.innerHTML = text;
    const focused = document.activeElement?.closest?.("[id^=figure-]")?.id;
    if (keys(fresh) === keys(box) && rest(fresh) === rest(box)) {
      for (const one of fresh.querySelectorAll("[id^=figure-]")) {
        const old = document.getElementById(one.id);
        if (old.outerHTML !== one.outerHTML) old.replaceWith(one);
      }
    } else {
      box.replaceChildren(...fresh.childNodes);
    }
    if (focused) document.getElementById(focused)?.querySelector("a")?.focus({ preventScroll: true });
  }
  async function look() {
    // A hidden page asks nothing. It asks at once when it is shown again.
    if (!document.hidden) {
      try {
        const answer = await fetch(box.dataset.url, { headers: { Accept: "text/html" } });
        // The session has ended. The login page explains it.
        if (answer.redirected) return location.reload();
        if (answer.ok) show(await answer.text());
      } catch {
        // Ignore network errors: the next request may succeed.
      }
    }
    timer = setTimeout(look, WAIT);
  }
  let timer = setTimeout(look, WAIT);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    clearTimeout(timer);
    look();
  });
})();
