"""The calendar shows appointments in local time, and closed times behind them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_booking_form import DAY, add
from tests.console.test_booking_form import business as business

BERLIN = ZoneInfo("Europe/Berlin")


def events(console: Client, business: Business, **more: Any) -> list[dict[str, Any]]:
    asked = {"start": DAY, "end": DAY + timedelta(days=1), "view": "timeGridWeek", **more}
    answer = console.get(reverse("admin:bookings_appointment_events", args=[business.pk]), asked)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = json.loads(answer.content)["events"]
    return found


def backgrounds(found: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(one["classNames"][0], one["start"][11:16], one["end"][11:16]) for one in found if one.get("display")]


def test_the_calendar_shows_appointments_in_local_time_with_status_source_and_buttons(
    console: Client, business: Business
) -> None:
    add(business, "10:00", "Dora", service_type="Haircut", source="voice_agent", duration=45)
    [one] = [found for found in events(console, business) if not found.get("display")]
    assert (one["start"], one["end"]) == (f"{DAY}T10:00:00", f"{DAY}T10:45:00")
    assert one["title"] == "Dora, Haircut"
    assert one["classNames"] == ["is-confirmed", "by-voice_agent"]
    assert {button["label"] for button in one["buttons"]} == {"Move", "Complete", "Set to no-show", "Cancel"}
    assert one["move"].startswith(reverse("admin:bookings_appointment_diary", args=[business.pk])[:20])


def test_the_calendar_shows_closed_times_and_closures_in_the_background(console: Client, business: Business) -> None:
    assert backgrounds(events(console, business)) == [("shut", "00:00", "09:00"), ("shut", "12:00", "00:00")]
    hours = business.business_hours | {"closures": [{"from": f"{DAY}T10:00", "to": f"{DAY}T11:00"}]}
    Business.objects.filter(pk=business.pk).update(business_hours=hours)
    assert backgrounds(events(console, business)) == [
        ("shut", "00:00", "09:00"),
        ("shut", "10:00", "11:00"),
        ("shut", "12:00", "00:00"),
        ("closure", "10:00", "11:00"),
    ]


def test_a_month_shows_whole_closed_days(console: Client, business: Business) -> None:
    closure = {"from": f"{DAY}T00:00", "to": f"{DAY + timedelta(days=1)}T00:00"}
    Business.objects.filter(pk=business.pk).update(business_hours={"closures": [closure]})
    month = events(console, business, start=DAY - timedelta(days=1), end=DAY + timedelta(days=2), view="dayGridMonth")
    assert [(one["start"], one["title"]) for one in month if one.get("allDay")] == [(f"{DAY}", "Closure")]


def test_an_interval_over_midnight_is_open_on_the_next_morning(console: Client, business: Business) -> None:
    hours = {"weekly": {}, "special": {f"{DAY - timedelta(days=1)}": [["22:00", "02:00"]]}}
    Business.objects.filter(pk=business.pk).update(business_hours=hours)
    assert backgrounds(events(console, business)) == [("shut", "02:00", "00:00")]


def test_cancelled_appointments_appear_when_asked_for(console: Client, business: Business) -> None:
    add(business, "10:00", "Gone", status="cancelled")
    assert not [one for one in events(console, business) if one.get("title") == "Gone"]
    assert [one for one in events(console, business, cancelled="on") if one.get("title") == "Gone"]


@pytest.mark.parametrize(
    "query", [{}, {"start": "x"}, {"start": "2026-01-01"}, {"start": "2026-01-01", "end": "2026-01-02", "view": "x"}]
)
def test_the_calendar_refuses_invalid_parameters(console: Client, business: Business, query: dict[str, str]) -> None:
    url = reverse("admin:bookings_appointment_events", args=[business.pk])
    assert console.get(url, query).status_code == 400


@pytest.mark.parametrize(("start", "end"), [("0001-01-01", "9999-12-31"), ("2026-02-01", "2026-01-01")])
def test_the_calendar_answers_for_every_range_of_days(
    console: Client, business: Business, start: str, end: str
) -> None:
    assert isinstance(events(console, business, start=start, end=end), list)


def test_a_full_month_takes_no_more_queries_than_an_empty_one(console: Client, business: Business) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            events(console, business, start=DAY - timedelta(days=20), end=DAY + timedelta(days=20))
        return len(queries)

    events(console, business)
    before = asked()
    start = datetime.now(UTC) + timedelta(days=15)
    for number in range(40):
        Appointment.objects.create(
            business=business, customer_name=f"C{number}", scheduled_at=start + timedelta(hours=2 * number)
        )
    assert asked() == before <= 10


def test_clocks_that_change_do_not_shift_the_calendar(console: Client, business: Business) -> None:
    sunday = datetime(2027, 3, 28, 9, tzinfo=BERLIN)
    Business.objects.filter(pk=business.pk).update(business_hours=None)
    Appointment.objects.create(business=business, customer_name="Spring", scheduled_at=sunday)
    found = events(console, business, start="2027-03-28", end="2027-03-29")
    assert [one["start"] for one in found if one["title"] == "Spring"] == ["2027-03-28T09:00:00"]
    assert backgrounds(found) == [("shut", "00:00", "09:00"), ("shut", "18:00", "00:00")]
