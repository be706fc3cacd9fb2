"""Booking, moving, cancelling and closing days: by mouse and by keyboard, in both themes, on a phone and at a desk."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.palette import search_palette
from tests.browser.test_read_pages import worded
from tests.browser.test_walks import a_weekday_ahead

Query = Callable[..., list[tuple[object, ...]]]
WIDTHS = (390, 1440)
DAY = a_weekday_ahead()
# A folder for pictures of the pages, to look at while they are changed.
SHOTS = os.environ.get("SHOTS", "")


class Clicks:
    """The clicks of the mouse from the start page on."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        page.goto("/console/")

    def on(self, what: Locator) -> None:
        what.click()
        self.count += 1

    def find(self, text: str, label: str | re.Pattern[str]) -> None:
        """Open the palette with the keyboard, type, and click on a result."""
        search_palette(self.page, text)
        self.on(self.page.get_by_role("link", name=label).first)


def business(sql: Query) -> str:
    [[pk]] = sql("select id from public.business_v2 where name = 'Trattoria da Alice'")
    return str(pk)


def booked(sql: Query, clock: str = "19:00", name: str = "Dora Walks") -> str:
    [[pk]] = sql(
        "insert into public.appointments (business_id, customer_name, customer_phone, scheduled_at, duration)"
        " select id, %s, '+49 30 5555 0177', (%s::timestamp at time zone 'Europe/Berlin'), 90"
        " from public.business_v2 where name = 'Trattoria da Alice' returning id",
        *(name, f"{DAY} {clock}"),
    )
    return str(pk)


def place(sql: Query, name: str = "Dora Walks") -> tuple[object, ...]:
    [row] = sql(
        "select to_char(scheduled_at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI'), duration, status::text"
        " from public.appointments where customer_name = %s",
        name,
    )
    return row


def to_calendar(page: Page, sql: Query, **query: str) -> None:
    asked = "&".join(f"{name}={value}" for name, value in {"day": DAY, **query}.items())
    page.goto(f"/console/bookings/appointment/diary/{business(sql)}/?{asked}")
    page.locator("#calendar .fc-bg-event").first.wait_for(state="attached")


def to_booking(page: Page, sql: Query, day: str = DAY) -> None:
    page.goto(f"/console/bookings/appointment/add/?business={business(sql)}&day={day}&duration=90")


def entry(page: Page, name: str = "Dora Walks") -> Locator:
    return page.locator("#calendar .fc-event:not(.fc-bg-event)").filter(has_text=name).first


def test_booking_takes_four_clicks_from_the_start_page(page: Page, sql: Query) -> None:
    clicks = Clicks(page)
    clicks.find("Trattoria", "Trattoria da Alice")
    clicks.on(page.get_by_role("link", name="Book", exact=True))
    page.get_by_label("Name *").fill("Dora Walks")
    clicks.on(page.locator("#times .chip").first)
    expect(page.get_by_text("This time is free.")).to_be_visible()
    clicks.on(page.get_by_role("button", name="Book", exact=True))
    expect(page.get_by_text(re.compile(r"^Booked .* for Dora Walks\."))).to_be_visible()
    assert clicks.count <= 4
    assert place(sql)[2] == "confirmed"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The booking was undone.")).to_be_visible()
    assert place(sql)[2] == "cancelled"


def test_moving_takes_three_clicks_and_is_undone(page: Page, sql: Query) -> None:
    booked(sql)
    clicks = Clicks(page)
    clicks.find("Dora Walks", re.compile(r"Dora Walks[\s\S]*19:00"))
    clicks.on(page.get_by_role("link", name="Move", exact=True))
    page.get_by_label("Time in Europe/Berlin").fill("8.30pm")
    expect(page.get_by_text("This time is free.")).to_be_visible()
    clicks.on(page.get_by_role("button", name="Move", exact=True))
    expect(page.get_by_text(re.compile(r"Moved to .* 20:30"))).to_be_visible()
    assert clicks.count <= 3
    assert place(sql)[0] == f"{DAY} 20:30"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Moved back to")).to_be_visible()
    assert place(sql)[0] == f"{DAY} 19:00"


def test_cancelling_takes_three_clicks_with_its_reason_and_is_undone(page: Page, sql: Query) -> None:
    # Another name than above: the palette keeps the results of a text for a while.
    booked(sql, name="Emil Cancels")
    clicks = Clicks(page)
    clicks.find("Emil Cancels", re.compile(r"Emil Cancels[\s\S]*19:00"))
    clicks.on(page.get_by_role("link", name="Cancel", exact=True))
    page.get_by_label("Reason *").fill("ticket 7")
    clicks.on(page.get_by_role("button", name="Cancel the appointment"))
    expect(page.get_by_text("Cancelled.").first).to_be_visible()
    assert clicks.count <= 3
    assert place(sql, "Emil Cancels")[2] == "cancelled"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is confirmed again")).to_be_visible()
    assert place(sql, "Emil Cancels")[2] == "confirmed"


def test_closing_a_day_takes_four_clicks_and_lists_its_appointments_first(page: Page, sql: Query) -> None:
    # A day of the month that the calendar shows first.
    [[today]] = sql("select to_char(now() at time zone 'Europe/Berlin', 'YYYY-MM-DD')")
    clicks = Clicks(page)
    clicks.find("Trattoria", "Trattoria da Alice")
    clicks.on(page.get_by_role("link", name="Opening hours"))
    days = page.locator("#days-grid .fc-daygrid-day")
    days.first.wait_for()
    last = [one for one in days.all() if str(one.get_attribute("data-date")) > str(today)][-1]
    day = str(last.get_attribute("data-date"))
    clicks.on(last)
    expect(page.get_by_label("Special days", exact=True)).to_have_value(re.compile(f"{day} closed"))
    expect(page.locator("#outside")).to_contain_text(re.compile("would fall outside these hours"))
    clicks.on(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Saved the opening hours of Trattoria da Alice.")).to_be_visible()
    assert clicks.count <= 4
    [[special]] = sql(
        "select business_hours -> 'special' -> %s from public.business_v2 where name = 'Trattoria da Alice'", day
    )
    assert special == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("has its earlier opening hours again")).to_be_visible()


def test_an_appointment_is_booked_by_keyboard_alone(page: Page, sql: Query) -> None:
    to_booking(page, sql)
    page.get_by_label("Time in Europe/Berlin").focus()
    page.keyboard.type("7pm")
    expect(page.get_by_text("This time is free.")).to_be_visible()
    page.get_by_label("Name *").focus()
    page.keyboard.type("Dora Walks")
    page.get_by_role("button", name="Book", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^Booked .* for Dora Walks\."))).to_be_visible()
    assert place(sql)[0] == f"{DAY} 19:00"


def test_the_form_works_without_javascript(visit: Visit, sql: Query) -> None:
    booked(sql, "12:30", "Josephine Baker")
    page = visit.open(java_script_enabled=False)
    to_booking(page, sql)
    page.locator("#find").fill("Josephine")
    page.get_by_role("button", name="Find customer").click()
    page.get_by_role("button", name=re.compile("Josephine Baker")).click()
    expect(page.get_by_label("Phone number", exact=True)).to_have_value("+49 30 5555 0177")
    page.get_by_role("button", name=re.compile("^19:00")).first.click()
    expect(page.get_by_text("This time is free.")).to_be_visible()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Booked .* for Josephine Baker\."))).to_be_visible()
    expect(page.get_by_role("link", name="19:00 Josephine Baker")).to_be_visible()
    page.get_by_text("Actions on 19:00 Josephine Baker").click()
    page.get_by_role("link", name="Move: Josephine Baker").last.click()
    page.get_by_label("Time in Europe/Berlin").fill("20:30")
    page.get_by_role("button", name="Move", exact=True).last.click()
    expect(page.get_by_role("link", name="20:30 Josephine Baker")).to_be_visible()
    page.goto(f"/console/businesses/business/{business(sql)}/hours/")
    page.get_by_label("Special days", exact=True).fill(f"{DAY} closed")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Nothing was saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save anyway").click()
    expect(page.get_by_text("Saved the opening hours")).to_be_visible()


def test_a_known_customer_is_offered_while_staff_type(page: Page, sql: Query) -> None:
    booked(sql, "12:30", "Josephine Baker")
    to_booking(page, sql)
    page.locator("#find").press_sequentially("Josephine")
    page.get_by_role("button", name=re.compile("Josephine Baker")).click()
    expect(page.get_by_label("Name *")).to_have_value("Josephine Baker")
    expect(page.get_by_label("Phone number", exact=True)).to_have_value("+49 30 5555 0177")


def test_a_closed_time_names_the_rule_and_is_booked_anyway_with_a_reason(page: Page, sql: Query) -> None:
    to_booking(page, sql)
    page.get_by_label("Name *").fill("Dora Walks")
    page.get_by_label("Time in Europe/Berlin").fill("16:00")
    expect(page.get_by_text("Outside opening hours.")).to_be_visible()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("Nothing was booked. Outside opening hours.")).to_be_visible()
    expect(page.get_by_label("Name *")).to_have_value("Dora Walks")
    page.get_by_label("Reason").fill("the owner asked")
    page.get_by_role("button", name="Book anyway").click()
    expect(page.get_by_text(re.compile("^Booked "))).to_be_visible()
    assert place(sql)[0] == f"{DAY} 16:00"


def test_the_calendar_shows_the_week_and_opens_an_appointment(page: Page, sql: Query) -> None:
    booked(sql)
    page.set_viewport_size({"width": 1440, "height": 1000})
    to_calendar(page, sql)
    expect(page.locator("#list")).to_be_hidden()
    expect(entry(page)).to_have_attribute("aria-label", re.compile("19:00 .*Dora Walks, Confirmed"))
    assert page.locator(".fc-bg-event.shut").count() > 7
    entry(page).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Dora Walks")
    for name in ("Move", "Cancel", "Complete", "Set to no-show", "Open"):
        expect(dialog.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    for view in ("Month", "Day", "Week"):
        page.get_by_role("button", name=view, exact=True).click()
        expect(page).to_have_url(re.compile("view="))
        expect(entry(page)).to_be_visible()
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.get_by_role("link", name="19:00 Dora Walks")).to_be_visible()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=5)
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def box(one: Locator) -> dict[str, float]:
    one.scroll_into_view_if_needed()
    found: Any = one.bounding_box()
    return dict(found)


def test_an_appointment_is_dragged_and_resized_after_a_question_and_can_be_undone(page: Page, sql: Query) -> None:
    booked(sql)
    page.set_viewport_size({"width": 1440, "height": 1400})
    to_calendar(page, sql, view="timeGridDay")
    lanes = page.locator(".fc-timegrid-slot-lane")
    first, third = lanes.nth(0).bounding_box(), lanes.nth(2).bounding_box()
    assert first
    assert third
    slot = (third["y"] - first["y"]) / 2
    at = box(entry(page))
    middle = (at["x"] + at["width"] / 2, at["y"] + 10)
    drag(page, middle, (middle[0], middle[1] - 2 * slot))
    dialog = page.get_by_role("dialog", name="Move Dora Walks?")
    expect(dialog).to_contain_text("19:00, 90 minutes")
    # The calendar scrolls while it is dragged, so the exact minutes are those that the question names.
    asked = re.search(r"To \w+ \d+ \w+ (18:\d\d), 90 minutes", dialog.inner_text())
    assert asked, dialog.inner_text()
    assert place(sql)[0] == f"{DAY} 19:00"
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text(re.compile(f"Moved to .* {asked[1]}"))).to_be_visible()
    assert place(sql) == (f"{DAY} {asked[1]}", 90, "confirmed")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Moved back to")).to_be_visible()
    page.locator(".undo-close, #messages").first.wait_for()
    at = box(entry(page))
    edge = (at["x"] + at["width"] / 2, at["y"] + at["height"] - 2)
    page.mouse.move(edge[0], edge[1] - 5)
    drag(page, edge, (edge[0], edge[1] + slot))
    dialog = page.get_by_role("dialog", name="Move Dora Walks?")
    expect(dialog).to_contain_text(re.compile(r"To Wed \d+ \w+ 19:00, 1[0-4]\d minutes"))
    dialog.get_by_role("button", name="Keep the old time").click()
    assert place(sql) == (f"{DAY} 19:00", 90, "confirmed")


def test_the_keyboard_moves_and_resizes_in_the_calendar(page: Page, sql: Query) -> None:
    booked(sql)
    page.set_viewport_size({"width": 1440, "height": 1000})
    to_calendar(page, sql)
    entry(page).focus()
    page.keyboard.press("Alt+ArrowDown")
    dialog = page.get_by_role("dialog", name="Move Dora Walks?")
    expect(dialog).to_contain_text("19:15, 90 minutes")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Moved to .* 19:15"))).to_be_visible()
    expect(entry(page)).to_have_attribute("aria-label", re.compile("19:15"))
    entry(page).focus()
    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(dialog).to_contain_text("19:15, 75 minutes")
    page.keyboard.press("Enter")
    expect(page.locator(".undo-toast")).to_contain_text("75 minutes")
    assert place(sql) == (f"{DAY} 19:15", 75, "confirmed")


def test_a_refused_move_names_the_reason_and_leaves_the_appointment(visit: Visit, sql: Query) -> None:
    visit.expected.add(409)
    booked(sql, "21:30")
    page = visit.open(viewport={"width": 1440, "height": 1000})
    to_calendar(page, sql)
    entry(page).focus()
    page.keyboard.press("Alt+ArrowLeft")
    dialog = page.get_by_role("dialog", name="Move Dora Walks?")
    sql(
        "update public.appointments set scheduled_at = scheduled_at - interval '1 hour' where customer_name = 'Dora Walks'"
    )
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("changed it after you opened it. It is now at")
    page.keyboard.press("Escape")
    expect(entry(page)).to_have_attribute("aria-label", re.compile("20:30"))
    sql("update public.business_v2 set business_hours = '{\"weekly\": {}}' where name = 'Trattoria da Alice'")
    page.reload()
    entry(page).wait_for()
    entry(page).focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Outside opening hours.")
    dialog.get_by_role("button", name="Move anyway").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Enter a reason.")
    dialog.get_by_label("Reason").fill("the owner asked")
    dialog.get_by_role("button", name="Move anyway").click()
    expect(page.get_by_text(re.compile("Moved to .* 20:45"))).to_be_visible()


def test_a_click_on_a_free_time_opens_the_form_with_it(page: Page, sql: Query) -> None:
    page.set_viewport_size({"width": 1440, "height": 1400})
    to_calendar(page, sql, view="timeGridDay")
    lane = box(page.locator(".fc-timegrid-slot-lane[data-time='18:30:00']"))
    page.mouse.click(lane["x"] + lane["width"] - 20, lane["y"] + 5)
    page.wait_for_url(re.compile("/appointment/add/"))
    expect(page.get_by_label("Time in Europe/Berlin")).to_have_value("18:30")
    expect(page.get_by_label("Date", exact=True)).to_have_value(DAY)


def test_hours_are_drawn_and_closures_added_by_keyboard(page: Page, sql: Query) -> None:
    page.set_viewport_size({"width": 1440, "height": 1400})
    page.goto(f"/console/businesses/business/{business(sql)}/hours/")
    page.locator("#week-grid .fc-event").first.wait_for()
    page.locator("[name=business_hours_mon]").fill("10:00-14:00")
    expect(page.locator("#week-grid .fc-event").first).to_contain_text("10:00 - 14:00")
    lane = box(page.locator("#week-grid .fc-timegrid-slot-lane[data-time='15:00:00']"))
    x, height = lane["x"] + lane["width"] / 14, lane["height"]
    drag(page, (x, lane["y"] + 2), (x, lane["y"] + 2 * height - 2))
    expect(page.locator("[name=business_hours_mon]")).to_have_value("10:00-14:00, 15:00-17:00")
    page.get_by_label("Closure, first day").fill("2027-08-02")
    page.get_by_label("Last day").fill("2027-08-15")
    page.get_by_role("button", name="Add the closure").press("Enter")
    expect(page.get_by_label("Closures", exact=True)).to_have_value("2027-08-02 00:00 to 2027-08-16 00:00")
    page.get_by_label("Special day", exact=True).fill("2027-12-24")
    page.get_by_label("Hours of that day").fill("09:00-13:00")
    page.get_by_role("button", name="Set the day").press("Enter")
    expect(page.get_by_label("Special days", exact=True)).to_have_value(re.compile("2027-12-24 09:00-13:00"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved the opening hours")).to_be_visible()
    [[hours]] = sql("select business_hours from public.business_v2 where name = 'Trattoria da Alice'")
    assert isinstance(hours, dict)
    assert hours["weekly"]["mon"] == [["10:00", "14:00"], ["15:00", "17:00"]]
    assert hours["closures"] == [{"from": "2027-08-02T00:00", "to": "2027-08-16T00:00"}]


def to_move(page: Page, sql: Query) -> None:
    page.goto(f"/console/bookings/appointment/{booked(sql)}/do/move/")


def to_hours(page: Page, sql: Query) -> None:
    page.goto(f"/console/businesses/business/{business(sql)}/hours/")
    page.locator("#days-grid .fc-daygrid-day").first.wait_for()


def to_rule(page: Page, sql: Query) -> None:
    to_booking(page, sql)
    page.get_by_label("Time in Europe/Berlin").fill("16:00")
    page.get_by_text("Outside opening hours.").wait_for()


def to_dialog(page: Page, sql: Query) -> None:
    booked(sql)
    to_calendar(page, sql, view="timeGridDay")
    entry(page).focus()
    page.keyboard.press("Alt+ArrowDown")
    page.get_by_role("dialog", name="Move Dora Walks?").wait_for()


PAGES: dict[str, Callable[[Page, Query], None]] = {
    "booking": to_booking,
    "rule": to_rule,
    "choose": lambda page, sql: (page.goto("/console/bookings/appointment/add/"), None)[1],
    "move": to_move,
    "calendar": lambda page, sql: (booked(sql), to_calendar(page, sql))[1],
    "day": lambda page, sql: to_calendar(page, sql, view="timeGridDay"),
    "month": lambda page, sql: to_calendar(page, sql, view="dayGridMonth"),
    "dialog": to_dialog,
    "list": lambda page, sql: (
        page.goto(f"/console/bookings/appointment/diary/{business(sql)}/?day={DAY}&view=list"),
        None,
    )[1],
    "hours": to_hours,
}


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_each_page_of_bookings_is_accessible_and_fits_the_screen(
    visit: Visit, sql: Query, theme: str, width: int
) -> None:
    said = []
    for name, to in PAGES.items():
        sql("delete from public.appointments where customer_name = 'Dora Walks'")
        sql("delete from public.appointments where customer_name = 'Dora Walks'")
        page = visit.open(color_scheme=theme, viewport={"width": width, "height": 900})
        to(page, sql)
        page.wait_for_load_state()
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            said.append(f"{name}: {beyond} px beyond {width}")
        said += [f"{name}: {one}" for one in worded(Axe().run(page, context=".room").response["violations"])]
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{theme}-{width}.png", full_page=name in ("booking", "hours", "move"))
        page.close()
    assert not said, "\n".join(said)
