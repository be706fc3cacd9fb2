"""The one form that books: its rules, free times, known customers, and what staff may overrule."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.formats.dates import day_text
from bookings.models import Appointment, BookingRules
from businesses.models import Business
from tests.console.test_pages import page
from tests.factories import Tenant

BERLIN = ZoneInfo("Europe/Berlin")
DAY = (datetime.now(UTC) + timedelta(days=30)).date()
HOURS = {"weekly": {}, "special": {f"{DAY}": [["09:00", "12:00"]]}}


@pytest.fixture
def business(alices_tenant: Tenant) -> Business:
    """A business in Berlin that opens on one morning only."""
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Europe/Berlin", business_hours=HOURS)
    alices_tenant.business.refresh_from_db()
    return alices_tenant.business


@pytest.fixture
def support(client: Client, db: None) -> Client:
    person = StaffUser.objects.create_user("sue", password="correct horse battery", is_staff=True)
    person.groups.add(Group.objects.get(name="support"))
    client.force_login(person)
    return client


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=BERLIN)


def book(client: Client, business: Business, query: str = "", **values: Any) -> Any:
    sent = {
        "business_id": business.pk, "once": uuid4(), "day": DAY, "time": "9am", "duration": "60",
        "customer_name": "Dora", "do": "book", **values,
    }  # fmt: skip
    return client.post(page(Appointment, "add") + query, {name: value for name, value in sent.items() if value != ""})


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def add(business: Business, clock: str, name: str = "Eve", **values: Any) -> Appointment:
    return Appointment.objects.create(business=business, customer_name=name, scheduled_at=at(clock), **values)


@pytest.mark.parametrize("typed", ["9am", "09:00", "9.00", "0900"])
def test_staff_book_in_the_businesss_zone_however_they_type_the_time(
    console: Client, business: Business, typed: str
) -> None:
    answer = book(console, business, time=typed, service_type="Haircut", notes="window")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("admin:bookings_appointment_diary", args=[business.pk]))
    mine = Appointment.objects.get(customer_name="Dora")
    assert (mine.scheduled_at, mine.source, mine.service_type, mine.notes) == (
        at("09:00"),
        "manual",
        "Haircut",
        "window",
    )


def test_the_form_names_both_zones_and_shows_the_days_free_times(
    console: Client, business: Business, staff: Any
) -> None:
    staff.timezone = "Asia/Kolkata"
    staff.save()
    add(business, "10:00")
    text = text_of(console.get(page(Appointment, "add"), {"business": business.pk, "day": DAY}))
    assert "Time zone of the business: Europe/Berlin" in text
    assert "Your time zone: Asia/Kolkata" in text
    assert f'value="{DAY} 09:00"' in text
    assert f'value="{DAY} 10:00"' not in text
    assert f"{at('09:00').astimezone(ZoneInfo('Asia/Kolkata')):%H:%M} IST" in text


def test_a_link_fills_in_business_time_and_customer(console: Client, business: Business) -> None:
    link = {"business": business.pk, "scheduled_at": f"{DAY}T08:00:00 00:00", "customer_name": "Dora", "duration": "45"}
    form = console.get(page(Appointment, "add"), link).context["form"]
    assert (form["time"].value(), form["day"].value(), form["duration"].value()) == (
        f"{at('09:00').hour + (at('09:00').utcoffset().seconds // 3600 - 1):02}:00",
        DAY,
        45,
    )  # type: ignore[union-attr]
    assert form["customer_name"].value() == "Dora"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"time": "10:00"}, "That time is taken."),
        ({"time": "11:30"}, "Outside opening hours. The business is open on "),
        ({"day": "2001-01-01"}, "That time has passed"),
        ({"time": "soon"}, "“soon” is not a time of day. Write 15:00, 15.00 or 3pm."),
        ({"time": "3"}, "may be morning or afternoon. Write 3am, 3pm or 03:00."),
        ({"duration": "0"}, "“Duration in minutes” is 0. Give at least 1."),
        ({"customer_name": ""}, "“Name” is empty. Fill it in."),
        ({"customer_email": "nobody"}, "appointment_email_is_address"),
        ({"day": "9999-12-31"}, "too far away"),
        ({"day": "x"}, "“x” is not a date. Write it as 2026-12-24."),
    ],
)
def test_a_refusal_is_in_words_and_the_input_stays(
    console: Client, business: Business, values: dict[str, str], said: str
) -> None:
    add(business, "10:00")
    answer = book(console, business, **{"customer_name": "Fay", "notes": "window", **values})
    assert answer.status_code == 200
    assert said in text_of(answer).replace("&#x27;", "'")
    assert answer.context["form"]["notes"].value() == "window"
    assert not Appointment.objects.filter(customer_name="Fay").exists()


def test_the_next_free_times_are_offered_when_a_time_was_taken_meanwhile(console: Client, business: Business) -> None:
    assert f'value="{DAY} 10:00"' in text_of(
        console.get(page(Appointment, "add"), {"business": business.pk, "day": DAY})
    )
    add(business, "10:00")
    text = text_of(book(console, business, time="10:00"))
    assert "Next free times:" in text
    assert f'name="pick" value="{DAY} 09:00"' in text
    picked = book(console, business, time="10:00", pick=f"{DAY} 11:00").context["form"]
    assert (picked["time"].value(), picked["customer_name"].value()) == ("11:00", "Dora")


RULED = [
    ("outside_hours", {"time": "15:00"}, "Outside opening hours"),
    ("in_past", {"day": "2020-01-01"}, "That time has passed"),
    ("fully_booked", {"time": "10:00"}, "That time is taken"),
    ("too_soon", {}, "That is sooner than the business's minimum notice allows"),
    ("too_far_ahead", {}, "That is further ahead than customers can book"),
]


@pytest.mark.parametrize(("rule", "values", "named"), RULED, ids=[rule for rule, *_ in RULED])
def test_staff_with_the_permission_overrule_each_rule_with_a_reason(
    support: Client, business: Business, rule: str, values: dict[str, str], named: str
) -> None:
    add(business, "10:00")
    changes = {"too_soon": {"min_notice": 90 * 1440}, "too_far_ahead": {"max_days_ahead": 2}}.get(rule)
    if changes:
        BookingRules.objects.filter(business=business).update(**changes)
    answer = book(support, business, **values)
    assert named in text_of(answer).replace("&#x27;", "'")
    assert "Book anyway" in text_of(answer)
    assert "Enter a reason" in text_of(book(support, business, do="anyway", **values))
    assert not Appointment.objects.filter(external_id__startswith="console-").exists()
    assert book(support, business, do="anyway", reason="the owner asked", **values).status_code == 302
    mine = Appointment.objects.get(external_id__startswith="console-")
    assert mine.slot_number == (2 if rule == "fully_booked" else 1)
    event = AuditEvent.objects.get(row_id=str(mine.pk), verb="insert")
    assert event.reason == f"Against the rule “{named}”: the owner asked"


def test_staff_without_the_permission_read_the_rule_and_can_not_overrule_it(client: Client, business: Business) -> None:
    person = StaffUser.objects.create_user("new", password="correct horse battery", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["add_appointment", "view_appointment"]))
    client.force_login(person)
    text = text_of(book(client, business, time="15:00"))
    assert "Outside opening hours" in text
    assert "You can't overrule this" in text.replace("&#x27;", "'")
    assert book(client, business, time="15:00", do="anyway", reason="please").status_code == 403


def test_a_form_that_is_sent_twice_books_once(console: Client, business: Business) -> None:
    BookingRules.objects.filter(business=business).update(capacity=5)
    once = uuid4()
    for _ in range(2):
        assert book(console, business, once=once).status_code == 302
    assert Appointment.objects.filter(customer_name="Dora").count() == 1
    twice = uuid4()
    for _ in range(2):
        assert book(console, business, once=twice, do="anyway", time="15:00", reason="x").status_code == 302
    assert Appointment.objects.filter(customer_name="Dora").count() == 2


def test_a_booking_is_undone_by_its_message(console: Client, business: Business) -> None:
    answer = book(console, business)
    *_, message = answer.wsgi_request._messages
    console.post(reverse("undo"), {"ticket": message.extra_tags.removeprefix("undo:")})
    assert Appointment.objects.get(customer_name="Dora").status == "cancelled"


def test_a_known_customer_is_offered_by_phone_or_name(console: Client, business: Business) -> None:
    known = add(business, "10:00", "Josephine Baker", customer_phone="+49 30 5555 0123")
    for find in ("0123", "Josephine", "30 5555 0123"):
        answer = book(console, business, do="find", find=find)
        if find != "0123":
            assert [one.pk for one in answer.context["customers"]] == [known.pk], find
    filled = book(console, business, known=known.pk, notes="window").context["form"]
    assert (filled["customer_name"].value(), filled["customer_phone"].value()) == (
        "Josephine Baker",
        "+49 30 5555 0123",
    )
    assert filled["notes"].value() == "window"


def test_staff_who_see_masks_book_for_a_known_customer_without_seeing_them(support: Client, business: Business) -> None:
    known = add(business, "10:00", "Josephine Baker", customer_phone="+49 30 5555 0123")
    parts = book(support, business, do="find", find="Joseph")
    assert parts.context["customers"] == []
    whole = book(support, business, do="find", find="Josephine Baker")
    assert [one.name for one in whole.context["customers"]] == ["J••• B•••"]
    filled = book(support, business, known=known.pk).context["form"]
    sent = {name: filled[name].value() for name in ("customer", "customer_name", "customer_phone")}
    answer = book(support, business, time="11:00", **sent)
    assert answer.status_code == 302
    stored = Appointment.objects.filter(business=business, scheduled_at=at("11:00"))
    assert list(stored.values_list("customer_name", "customer_phone")) == [("Josephine Baker", "+49 30 5555 0123")]
    assert "Josephine" not in text_of(support.get(answer.headers["Location"]))
    forged = book(support, business, time="9:00", customer_name="J••• B•••")
    assert "Choose it again" in text_of(forged)


def test_without_a_business_the_page_asks_for_one(console: Client, business: Business) -> None:
    text = text_of(console.get(page(Appointment, "add"), {"q": "no such shop"}))
    assert "No results for “no such shop”" in text
    answer = console.get(page(Appointment, "add"), {"q": "Corner Shop", "day": str(DAY)})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"?{urlencode({'day': DAY, 'business': business.pk})}"
    Business.objects.filter(pk=business.pk)._raw_delete("default")
    assert book(console, business).context["title"] == "Book an appointment"


def test_the_parts_of_the_page_for_the_script_show_times_and_customers(console: Client, business: Business) -> None:
    taken = add(business, "10:00", "Josephine")
    url = reverse("admin:bookings_appointment_times", args=[business.pk])
    asked = {"day": DAY, "time": "10am", "duration": 60}
    assert "That time is taken" in text_of(console.get(url, asked))
    assert "This time is free" in text_of(console.get(url, asked | {"appointment": taken.pk}))
    assert "is not a time of day" in text_of(console.get(url, asked | {"time": "soon"}))
    for garbage in (
        {},
        {"day": "x", "duration": "-1", "appointment": "x"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
    ):
        assert console.get(url, garbage).status_code == 200, garbage
    url = reverse("admin:bookings_appointment_customers", args=[business.pk])
    assert "Josephine" in text_of(console.get(url, {"find": "Josephine"}))


def test_the_page_takes_at_most_fifteen_queries(console: Client, business: Business) -> None:
    for number in range(20):
        add(business, f"09:{number:02}", "Many", status="cancelled", service_type=f"S{number}")
    with CaptureQueriesContext(connection) as queries:
        assert console.get(page(Appointment, "add"), {"business": business.pk}).status_code == 200
    assert len(queries) <= 15


def test_the_change_page_shows_the_time_in_the_businesss_zone_and_does_not_take_another(
    console: Client, business: Business
) -> None:
    one = add(business, "10:00")
    answer = console.get(page(Appointment, "change", one.pk))
    assert not {"scheduled_at", "duration", "business"} & set(answer.context["adminform"].form.fields)
    text = text_of(answer)
    assert f"{day_text(DAY)} 10:00 {at('10:00'):%Z}" in text
    seen = {
        "seen": answer.context["seen"],
        "customer_name": "Eva",
        "scheduled_at_0": "2026-01-01",
        "scheduled_at_1": "00:00",
    }
    assert console.post(page(Appointment, "change", one.pk), seen).status_code == 302
    one.refresh_from_db()
    assert (one.customer_name, one.scheduled_at) == ("Eva", at("10:00"))
