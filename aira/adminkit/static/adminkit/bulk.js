// Show the progress of a run. Poll twice a second at first, and every five seconds later. Reload when it has finished.
"use strict";
(() => {
  const box = document.getElementById("bulk-progress");
  const bar = box.querySelector("progress");
  let wait = 500;
  async function look() {
    try {
      const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
      // The session has ended, or the permission was revoked. The reloaded page explains it.
      if (answer.redirected || answer.status === 403) return location.reload();
      if (answer.ok) {
        const now = await answer.json();
        for (const name of ["done", "refused"]) document.getElementById(`bulk-${name}`).textContent = now[name];
        document.getElementById("bulk-processed").textContent = bar.value = now.done + now.refused;
        if (now.finished) return location.reload();
      }
    } catch {
      // Ignore network errors: the next request may succeed.
    }
    wait = Math.min(wait * 1.2, 5000);
    setTimeout(look, wait);
  }
  setTimeout(look, wait);
})();
