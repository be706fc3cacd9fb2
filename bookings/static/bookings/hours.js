// Edit opening hours on calendars. They write the texts, which the form sends. Without this script, staff write them.
"use strict";
window.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.hours-form");
  if (!form || !window.FullCalendar) return;
  const one = (id) => document.getElementById(id);
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const inputs = days.map((day) => form.elements.namedItem(`business_hours_${day}`));
  const special = form.elements.namedItem("business_hours_special");
  const closures = form.elements.namedItem("business_hours_closures");
  const pad = (number) => String(number).padStart(2, "0");
  const DAY = 86400000;
  const MONDAY = Date.UTC(2024, 0, 1);
  const RANGE = /^(\d{1,2}):(\d\d)\s*(?:-|–|to)\s*(\d{1,2}):(\d\d)$/;
  const date = (at) => new Date(at).toISOString().slice(0, 10);

  one("id_business_hours_week").prepend(one("week-grid-part").content);
  one("id_business_hours_days").prepend(one("days-part").content);

  // The appointments that fall outside, as soon as the hours change.
  let timer;
  let newest = 0;
  const preview = async () => {
    const mine = ++newest;
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
      if (mine !== newest || answer.redirected || !answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("outside");
      if (fresh) one("outside").replaceWith(fresh);
    } catch {
      // Ignore network errors: saving shows the appointments, too.
    }
  };
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(preview, 300);
  };

  // The week.
  const isDefault = () => inputs.every((input) => !input.value.trim());
  const intervals = () =>
    inputs.flatMap((input, index) => {
      const text = isDefault() ? "09:00-18:00" : input.value;
      return text.split(",").flatMap((part) => {
        const found = RANGE.exec(part.trim());
        if (!found) return [];
        const [opens, closes] = [found[1] * 60 + +found[2], found[3] * 60 + +found[4]];
        const start = MONDAY + index * DAY + opens * 60000;
        const end = MONDAY + index * DAY + (closes <= opens ? closes + 1440 : closes) * 60000;
        return [{ start: new Date(start).toISOString(), end: new Date(end).toISOString(), editable: end <= MONDAY + 7 * DAY, classNames: isDefault() ? ["is-default"] : [], extendedProps: { day: index, opens, length: (end - start) / 60000 } }];
      });
    });
  const clock = (minutes) => `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
  const write = () => {
    const texts = days.map(() => []);
    for (const event of week.getEvents()) {
      const { day, opens, length } = event.extendedProps;
      // Intervals beyond Sunday can't be dragged. They keep their own day.
      const start = event.startEditable ? event.start.getTime() : MONDAY + day * DAY + opens * 60000;
      const minutes = event.startEditable ? (event.end - event.start) / 60000 : length;
      const index = Math.floor((start - MONDAY) / DAY);
      const from = (start - MONDAY - index * DAY) / 60000;
      const to = from + minutes;
      texts[index]?.push([from, `${clock(from)}-${clock(to > 1440 ? to - 1440 : to)}`]);
    }
    texts.forEach((found, index) => {
      inputs[index].value = found.sort((a, b) => a[0] - b[0]).map(([, text]) => text).join(", ") || "closed";
    });
    week.refetchEvents();
    changed();
  };
  const week = new FullCalendar.Calendar(one("week-grid"), {
    locale: "en-GB",
    timeZone: "UTC",
    initialView: "timeGridWeek",
    // The week has no date.
    dayHeaderDidMount: ({ el, text }) => el.querySelector("a")?.setAttribute("aria-label", text),
    initialDate: date(MONDAY),
    now: () => "2020-01-01",
    firstDay: 1,
    headerToolbar: false,
    allDaySlot: false,
    height: "auto",
    dayHeaderFormat: { weekday: "short" },
    slotDuration: "01:00:00",
    snapDuration: "00:15:00",
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    displayEventEnd: true,
    editable: true,
    selectable: true,
    selectMirror: true,
    selectOverlap: false,
    eventOverlap: false,
    longPressDelay: 300,
    events: (range, success) => success(intervals()),
    select: ({ start, end }) => {
      week.addEvent({ start: start.toISOString(), end: end.toISOString(), editable: true });
      write();
    },
    eventDrop: write,
    eventResize: write,
    eventClick: ({ event }) => {
      event.remove();
      write();
    },
  });
  for (const input of inputs) {
    input.addEventListener("input", () => {
      week.refetchEvents();
      changed();
    });
  }

  // Special days and closures.
  const lines = (area) => area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const specialOn = (day) => lines(special).find((line) => line.startsWith(day));
  const put = (area, found) => {
    area.value = found.sort().join("\n");
    month.refetchEvents();
    changed();
  };
  const setDay = (day, text) => put(special, [...lines(special).filter((line) => !line.startsWith(day)), ...(text ? [`${day} ${text}`] : [])]);
  const addClosure = (first, until) => put(closures, [...lines(closures), `${first} 00:00 to ${until} 00:00`]);
  const month = new FullCalendar.Calendar(one("days-grid"), {
    locale: "en-GB",
    timeZone: "UTC",
    initialView: "dayGridMonth",
    fixedWeekCount: false,
    initialDate: form.dataset.today,
    now: () => form.dataset.today,
    firstDay: 1,
    height: "auto",
    headerToolbar: { start: "title", end: "prev,next today" },
    buttonText: { today: "Today" },
    buttonHints: { prev: "Previous month", next: "Next month" },
    selectable: true,
    longPressDelay: 300,
    events: (range, success) => {
      const found = [];
      for (const line of lines(special)) {
        const [, day, text] = /^(\d{4}-\d\d-\d\d)[\s:]+(.+)$/.exec(line) ?? [];
        if (!day) continue;
        const closed = text.trim().toLowerCase() === "closed";
        found.push({ start: day, allDay: true, title: closed ? "Closed" : text, classNames: closed ? ["is-closed"] : [], extendedProps: { day, text } });
      }
      for (const line of lines(closures)) {
        const [, from, , to, at] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)\s*(?:-|–|to)\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)$/.exec(line) ?? [];
        if (!from) continue;
        // The calendar excludes the last day.
        const end = at === "00:00" ? to : date(Date.parse(`${to}T00:00Z`) + DAY);
        found.push({ start: from, end, allDay: true, title: "Closure", classNames: ["is-closure"], extendedProps: { line } });
      }
      success(found);
    },
    select: ({ startStr, endStr, start, end }) => {
      if (end - start > DAY) addClosure(startStr, endStr);
      else setDay(startStr, specialOn(startStr) ? "" : "closed");
      month.unselect();
    },
    eventClick: ({ event }) => {
      const { day, text, line } = event.extendedProps;
      if (line) put(closures, lines(closures).filter((other) => other !== line));
      else if (text.trim().toLowerCase() === "closed") setDay(day, "");
      else {
        one("special-day").value = day;
        one("special-hours").value = text;
        one("special-hours").focus();
      }
    },
  });
  const said = (text) => {
    one("days-trouble").textContent = text;
  };
  one("special-set").addEventListener("click", () => {
    const day = one("special-day").value;
    said(day ? "" : "Choose the special day first.");
    if (day) setDay(day, one("special-hours").value.trim() || "closed");
    if (day) month.gotoDate(day);
  });
  one("closure-add").addEventListener("click", () => {
    const [first, last] = [one("closure-first").value, one("closure-last").value];
    const right = first && last && first <= last;
    said(right ? "" : "Choose the first and the last day of the closure. The last must not be before the first.");
    if (!right) return;
    addClosure(first, date(Date.parse(`${last}T00:00Z`) + DAY));
    month.gotoDate(first);
  });
  for (const area of [special, closures]) {
    area.addEventListener("input", () => {
      month.refetchEvents();
      changed();
    });
  }
  week.render();
  month.render();
});
