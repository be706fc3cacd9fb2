// How far a run is, twice a second at first and every five seconds later; when it is over, the page loads anew with its results.
"use strict";
(() => {
  const box = document.getElementById("bulk-progress");
  const bar = box.querySelector("progress");
  let wait = 500;
  async function look() {
    try {
      const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
      // Logged out meanwhile, or no longer allowed: the page says so when it loads anew.
      if (answer.redirected || answer.status === 403) return location.reload();
      if (answer.ok) {
        const now = await answer.json();
        for (const name of ["done", "refused"]) document.getElementById(`bulk-${name}`).textContent = now[name];
        document.getElementById("bulk-over").textContent = bar.value = now.done + now.refused;
        if (now.finished) return location.reload();
      }
    } catch {
      // The network: the next try may reach it.
    }
    wait = Math.min(wait * 1.2, 5000);
    setTimeout(look, wait);
  }
  setTimeout(look, wait);
})();
