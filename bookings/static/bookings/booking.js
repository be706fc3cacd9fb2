// Show free times and known customers while staff type. Without this script, each button sends the page instead.
"use strict";
(() => {
  const form = document.querySelector("form.booking");
  if (!form) return;
  const field = (name) => form.elements.namedItem(name);
  const look = document.getElementById("look");
  look.hidden = true;

  const later = (what, wait) => {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(what, wait);
    };
  };
  // Replace one part of the page by the server's. Only the newest answer counts.
  const part = (id, address) => {
    let newest = 0;
    return async (query) => {
      const mine = ++newest;
      const box = document.getElementById(id);
      box.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(`${address}?${query}`);
        if (mine !== newest) return;
        // The session has ended, or there were too many searches: the sent page explains it.
        if (answer.redirected || !answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(id);
        if (fresh) box.replaceWith(fresh);
      } catch {
        // Ignore network errors: the button sends the page.
      } finally {
        document.getElementById(id)?.removeAttribute("aria-busy");
      }
    };
  };
  const times = part("times", form.dataset.times);
  const showTimes = async () => {
    const why = document.getElementById("why");
    const reason = form.querySelector("#times [name=reason]")?.value || why?.querySelector("input").value;
    const query = new URLSearchParams();
    for (const name of ["day", "time", "duration"]) query.set(name, field(name).value);
    if (form.dataset.appointment) query.set("appointment", form.dataset.appointment);
    await times(query);
    const after = form.querySelector("#times [name=reason]");
    if (after && reason) after.value = reason;
    // Overruling a rule asks for the reason beside the rule.
    if (why) {
      why.hidden = Boolean(after);
      why.querySelector("input").disabled = Boolean(after);
    }
  };
  const showTimesSoon = later(showTimes, 300);
  for (const name of ["day", "time", "duration"]) {
    field(name).addEventListener("input", showTimesSoon);
  }
  form.addEventListener("click", (event) => {
    const chip = event.target.closest("button.chip");
    if (!chip) return;
    if (chip.name === "pick") {
      event.preventDefault();
      const space = chip.value.indexOf(" ");
      field("day").value = chip.value.slice(0, space);
      field("time").value = chip.value.slice(space + 1);
      for (const other of form.querySelectorAll("button.chip.chosen")) {
        other.classList.remove("chosen");
        other.removeAttribute("aria-current");
      }
      chip.classList.add("chosen");
      chip.setAttribute("aria-current", "true");
      const value = chip.value;
      showTimes().then(() => {
        // Keep the keyboard's place in the list that was replaced.
        if (document.activeElement === document.body) {
          form.querySelector(`button.chip[value="${CSS.escape(value)}"]`)?.focus({ preventScroll: true });
        }
      });
    } else if (chip.name === "known") {
      event.preventDefault();
      field("customer").value = chip.value;
      field("customer_name").value = chip.dataset.name;
      field("customer_phone").value = chip.dataset.phone;
      field("customer_email").value = chip.dataset.email;
      document.getElementById("customers").replaceChildren();
      field("customer_name").focus();
    }
  });
  // A click on a slot's button is one submission: a second one would find its time taken.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);

  const find = document.getElementById("find");
  if (find) {
    const customers = part("customers", form.dataset.customers);
    find.addEventListener("input", later(() => find.value.trim().length > 2 && customers(new URLSearchParams({ find: find.value })), 400));
  }
})();
