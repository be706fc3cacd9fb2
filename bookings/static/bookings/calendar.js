// Show the diary as a calendar. Without this script, the page shows the list.
"use strict";
window.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("calendar");
  if (!box || !window.FullCalendar) return;
  const one = (id) => document.getElementById(id);
  const { events, zone, day, view, book, scroll } = box.dataset;
  const phone = window.matchMedia("(max-width: 639px)");
  const views = ["timeGridWeek", "timeGridDay", "dayGridMonth"];
  const withCancelled = one("with-cancelled");

  // Times are those of the business's clocks. They are handled as if they were UTC, so no zone of the browser gets in.
  const pad = (number) => String(number).padStart(2, "0");
  const dayOf = (at) => `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`;
  const clockOf = (at) => `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;
  const inWords = (at) =>
    `${new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(at)} ${clockOf(at)}`;
  const minutes = (start, end) => Math.round((end - start) / 60000);
  const now = () => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(new Date()).replace(" ", "T");

  const trouble = (text) => {
    one("calendar-trouble").textContent = text;
    one("calendar-trouble").hidden = !text;
  };

  const first = views.includes(view) ? view : phone.matches ? "timeGridDay" : "timeGridWeek";
  // The calendar asks for its events before the constructor returns.
  let calendar = null;
  calendar = new FullCalendar.Calendar(box, {
    locale: "en-GB",
    timeZone: zone,
    now,
    nowIndicator: true,
    initialDate: day,
    initialView: first,
    firstDay: 1,
    height: "max(32rem, 75vh)",
    scrollTime: scroll || "08:00:00",
    slotDuration: "00:30:00",
    snapDuration: "00:15:00",
    allDaySlot: false,
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
    headerToolbar: phone.matches
      ? { start: "prev,next today", center: "title", end: views.join(",") }
      : { start: "prev,next today", center: "title", end: "dayGridMonth,timeGridWeek,timeGridDay" },
    buttonText: { today: "Today", month: "Month", week: "Week", day: "Day" },
    buttonHints: { prev: "Previous $0", next: "Next $0" },
    views: { timeGridWeek: { displayEventEnd: false }, dayGridMonth: { dayHeaderFormat: { weekday: "short" }, dayMaxEvents: phone.matches ? 2 : 5 } },
    navLinks: true,
    selectable: Boolean(book),
    selectMirror: true,
    unselectAuto: true,
    longPressDelay: 400,
    eventInteractive: true,
    eventResizableFromStart: false,
    slotEventOverlap: false,
    eventMinHeight: 22,

    events: async (range, success, failure) => {
      const query = new URLSearchParams({
        start: dayOf(range.start),
        end: dayOf(range.end),
        day: calendar ? dayOf(calendar.getDate()) : day,
        view: calendar?.view?.type ?? first,
      });
      if (withCancelled.checked) query.set("cancelled", "on");
      try {
        const answer = await fetch(`${events}?${query}`, { headers: { Accept: "application/json" } });
        if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        trouble(found.more ? "There are more appointments than the calendar shows. Choose a shorter view." : "");
        success(found.events);
      } catch (error) {
        trouble("The appointments could not be loaded. Reload the page.");
        failure(error);
      }
    },
    // The keyboard reaches each day, so that it can scroll through an empty one.
    dayCellDidMount: ({ el, date, view: shown }) => {
      if (!shown.type.startsWith("timeGrid")) return;
      const link = document.createElement("a");
      const address = new URL(book || location.href, location.href);
      address.searchParams.set("day", dayOf(date));
      if (book) address.searchParams.set("back", location.pathname + location.search);
      link.href = address;
      link.className = "on-day";
      link.textContent = `${book ? "Book on" : "Show"} ${inWords(date).slice(0, -6)}`;
      el.prepend(link);
    },
    datesSet: () => {
      if (!calendar) return;
      const address = new URL(location.href);
      address.searchParams.set("day", dayOf(calendar.getDate()));
      address.searchParams.set("view", calendar.view.type);
      history.replaceState(null, "", address);
      if (one("as-list")) {
        const list = new URL(one("as-list").href);
        list.searchParams.set("day", dayOf(calendar.getDate()));
        one("as-list").href = list;
      }
    },
    select: (choice) => {
      const address = new URL(book, location.href);
      address.searchParams.set("back", location.pathname + location.search);
      address.searchParams.set("day", dayOf(choice.start));
      if (!choice.allDay) {
        address.searchParams.set("time", clockOf(choice.start));
        // A click marks half an hour. Only a dragged time says how long it takes.
        if (minutes(choice.start, choice.end) > 30) address.searchParams.set("duration", minutes(choice.start, choice.end));
      }
      location.assign(address);
    },
    eventClick: (info) => {
      info.jsEvent.preventDefault();
      if (info.event.display !== "background") details(info.event);
    },
    eventDrop: (info) => ask(info.event, info.event.start, info.event.extendedProps.minutes, info.revert, info.oldEvent.start),
    eventResize: (info) => ask(info.event, info.event.start, minutes(info.event.start, info.event.end), info.revert, info.oldEvent.start),
    eventDidMount: (info) => {
      if (info.event.display === "background") return;
      const { when, status, source } = info.event.extendedProps;
      info.el.setAttribute("role", "button");
      info.el.setAttribute("tabindex", "0");
      info.el.setAttribute("aria-label", `${when}, ${info.event.title}, ${status}, ${source}`);
      info.el.addEventListener("keydown", (event) => keys(info.event, event));
    },
  });

  // Alt and an arrow key move, with Shift they change the duration.
  const keys = (entry, event) => {
    const steps = { ArrowUp: -15, ArrowDown: 15, ArrowLeft: -1440, ArrowRight: 1440 };
    if (!event.altKey || !(event.key in steps) || !entry.startEditable) return;
    event.preventDefault();
    const length = entry.extendedProps.minutes;
    const step = steps[event.key];
    if (!event.shiftKey) ask(entry, new Date(entry.start.getTime() + step * 60000), length, () => {}, entry.start);
    else if (Math.abs(step) === 15 && length + step > 0) ask(entry, entry.start, length + step, () => {}, entry.start);
  };

  const details = (entry) => {
    const { name, when, status, source, service, phone: number, minutes: length, page, buttons } = entry.extendedProps;
    one("details-name").textContent = name;
    one("details-when").textContent = `${when}, ${length} minutes`;
    one("details-more").textContent = [status, `by ${source}`, service, number].filter(Boolean).join(" · ");
    const links = [...buttons, { label: "Open", url: page }].map(({ label, url, danger }) => {
      const link = document.createElement("a");
      link.className = danger ? "button danger" : "button";
      link.href = url;
      link.textContent = label;
      return link;
    });
    one("details-buttons").replaceChildren(...links);
    one("details").showModal();
  };

  // Ask before a move, and show the rule that refuses it.
  let target = null;
  const ask = (entry, start, length, revert, from) => {
    target = { entry, start, length, revert, done: false };
    const before = entry.extendedProps.minutes;
    const place = (at, long) => `${inWords(at)}, ${long} minutes`;
    one("moving-name").textContent = `Move ${entry.extendedProps.name}?`;
    one("moving-from").textContent = place(from, before);
    one("moving-to").textContent = place(start, length);
    one("moving-reason").value = "";
    answerShown(null);
    one("moving").showModal();
    one("moving-do").focus();
  };
  const answerShown = (found) => {
    one("moving-refused").hidden = !found;
    one("moving-refused").textContent = found?.refused ?? "";
    one("moving-anyway").hidden = !found?.anyway;
    one("moving-instead").hidden = !found?.instead?.length;
    const chips = (found?.instead ?? []).map(({ value, label }) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      chip.textContent = label;
      chip.addEventListener("click", () => send("move", value.slice(0, 10), value.slice(11)));
      return chip;
    });
    one("moving-instead").querySelector(".chips").replaceChildren(...chips);
  };
  const send = async (verb, on, at) => {
    const body = new FormData(one("moving-form"));
    body.set("do", verb);
    body.set("day", on ?? dayOf(target.start));
    body.set("time", at ?? clockOf(target.start));
    body.set("duration", target.length);
    body.set("was", target.entry.extendedProps.was);
    try {
      const answer = await fetch(target.entry.extendedProps.move, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.redirected || !(answer.headers.get("Content-Type") ?? "").includes("json")) throw new Error(String(answer.status));
      const found = await answer.json();
      if (!answer.ok) return answerShown(found);
      target.done = true;
      one("moving").close();
      toast(found);
      calendar.refetchEvents();
    } catch {
      answerShown({ refused: "Nothing was moved: the site did not answer. Try again, or reload the page." });
    }
  };
  const toast = ({ said, ticket }) => {
    for (const old of document.querySelectorAll(".undo-toast")) old.remove();
    const shown = one("toast").content.firstElementChild.cloneNode(true);
    shown.querySelector("span").textContent = said;
    if (ticket) {
      shown.querySelector("[name=ticket]").value = ticket;
      shown.querySelector("[name=back]").value = location.pathname + location.search;
    } else shown.querySelector("form").remove();
    shown.querySelector(".undo-close").addEventListener("click", () => shown.remove());
    document.body.append(shown);
  };
  one("moving-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send("move");
  });
  one("moving-anyway").addEventListener("click", () => send("anyway"));
  one("moving-keep").addEventListener("click", () => one("moving").close());
  one("moving").addEventListener("close", () => {
    if (target && !target.done) {
      target.revert();
      // Somebody else may have moved it.
      calendar.refetchEvents();
    }
    target = null;
  });
  withCancelled.addEventListener("change", () => calendar.refetchEvents());

  one("list").hidden = true;
  one("calendar-card").hidden = false;
  if (one("as-list")) one("as-list").hidden = false;
  calendar.render();
});
