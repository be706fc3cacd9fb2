from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from aira.console.models import StaffUser
from bookings.models import Appointment
from businesses.models import Business
from tests.factories import Tenant

BERLIN = ZoneInfo("Europe/Berlin")
DAY = (datetime.now(UTC) + timedelta(days=30)).date()
CLOSED = {"weekly": {}, "special": {f"{DAY}": [["09:00", "12:00"]]}}


@pytest.fixture
def url(alices_tenant: Tenant) -> str:
    """Return a business in Berlin that opens on one morning only."""
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Europe/Berlin", business_hours=CLOSED)
    return reverse("admin:bookings_appointment_diary", args=[alices_tenant.business.pk]) + f"?day={DAY}&duration=60"


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=BERLIN)


def send(console: Client, url: str, do: str, **values: Any) -> str:
    """Return the message of the page after a POST."""
    answer = console.post(url, {"do": do, **values}, follow=True)
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_week_shows_opening_hours_appointments_and_slots(console: Client, url: str, alices_tenant: Tenant) -> None:
    Appointment.objects.create(business=alices_tenant.business, customer_name="Dora", scheduled_at=at("10:00"))
    page = console.get(url)
    [day] = [day for day in page.context["days"] if day.date == DAY]
    assert day.open == ["09:00–12:00"]
    assert [appointment.customer_name for appointment in day.booked] == ["Dora"]
    assert [slot.local_start[11:16] for slot in day.free] == ["09:00", "11:00"]
    text = page.content.decode()
    assert "10:00 Dora" in text
    assert text.count("closed") >= 6
    assert "Times are in Europe/Berlin" in text


def test_staff_book_move_and_cancel_in_the_businesss_time_zone(console: Client, url: str) -> None:
    assert (
        send(console, url, "book", scheduled_at=f"{DAY} 09:00", duration=60, customer_name="Dora")
        == "Booked an appointment for Dora."
    )
    mine = Appointment.objects.get(customer_name="Dora")
    assert (mine.scheduled_at, mine.source) == (at("09:00"), "manual")
    assert send(console, url, "move", appointment=mine.pk, scheduled_at=f"{DAY} 11:00") == "Moved the appointment."
    mine.refresh_from_db()
    assert mine.scheduled_at == at("11:00")
    assert send(console, url, "cancel", appointment=mine.pk) == "Cancelled the appointment."
    mine.refresh_from_db()
    assert (mine.status, mine.notes) == ("cancelled", "Cancelled: by sam in the console")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"scheduled_at": f"{DAY} 10:00"}, "That time is taken. Nearest free times: "),
        ({"scheduled_at": f"{DAY} 11:30"}, "Outside opening hours. The business is open on "),
        ({"scheduled_at": "2001-01-01 10:00"}, "That time has passed"),
        ({"scheduled_at": "soon"}, "Enter a valid date/time"),
        ({"duration": "0"}, "greater than or equal to 1"),
        ({"customer_name": ""}, "required"),
    ],
)
def test_a_refusal_gives_the_reason_and_keeps_the_typed_values(
    console: Client, url: str, alices_tenant: Tenant, values: dict[str, str], said: str
) -> None:
    Appointment.objects.create(business=alices_tenant.business, customer_name="Dora", scheduled_at=at("10:00"))
    sent = {"scheduled_at": f"{DAY} 09:00", "duration": "60", "customer_name": "Eve", "notes": "window", **values}
    answer = console.post(url, {"do": "book", **sent})
    assert said in " ".join(str(message) for message in answer.context["messages"])
    assert answer.context["form"]["notes"].value() == "window"
    assert not Appointment.objects.filter(customer_name="Eve").exists()


def test_an_appointment_of_another_business_cannot_be_moved_here(
    console: Client, url: str, bobs_tenant: Tenant
) -> None:
    said = send(console, url, "cancel", appointment=bobs_tenant.appointment.pk)
    assert "The appointment does not exist or is in the trash." in said
    bobs_tenant.appointment.refresh_from_db()
    assert bobs_tenant.appointment.status == "confirmed"


@pytest.mark.parametrize(
    "query", ["day=never", "day=0001-01-01", "day=9999-12-31", "duration=0", "duration=99999999999"]
)
def test_any_address_shows_a_week(console: Client, url: str, query: str) -> None:
    assert console.get(f"{url.partition('?')[0]}?{query}").status_code == 200


def test_read_only_staff_get_no_buttons(client: Client, url: str, alices_tenant: Tenant) -> None:
    reader = StaffUser.objects.create_user("reader", password="correct horse", is_staff=True)
    client.force_login(reader)
    assert client.get(url).status_code == 403
    reader.user_permissions.set(Permission.objects.filter(codename="view_appointment"))
    client.force_login(StaffUser.objects.get(pk=reader.pk))
    text = client.get(url).content.decode()
    assert "Times are in" in text
    assert 'value="book"' not in text
    assert 'value="cancel"' not in text
    answer = client.post(url, {"do": "cancel", "appointment": str(alices_tenant.appointment.pk)})
    assert answer.status_code == 403
    unknown = reverse("admin:bookings_appointment_diary", args=[alices_tenant.appointment.pk])
    assert client.get(unknown).status_code == 404
