"""The diary of a business: what is open, closed, booked and free, in its own time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from aira.console.models import StaffUser
from aira.formats.dates import day_text
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_booking_form import text_of
from tests.factories import Tenant

BERLIN = ZoneInfo("Europe/Berlin")
DAY = (datetime.now(UTC) + timedelta(days=30)).date()
OPEN = {"weekly": {}, "special": {f"{DAY}": [["09:00", "12:00"]]}}


@pytest.fixture
def url(alices_tenant: Tenant) -> str:
    """The diary of a business in Berlin that opens on one morning only."""
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Europe/Berlin", business_hours=OPEN)
    return reverse("admin:bookings_appointment_diary", args=[alices_tenant.business.pk]) + f"?day={DAY}&duration=60"


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=BERLIN)


def test_a_week_shows_what_is_open_booked_and_free(console: Client, url: str, alices_tenant: Tenant) -> None:
    Appointment.objects.create(business=alices_tenant.business, customer_name="Dora", scheduled_at=at("10:00"))
    page = console.get(url)
    [day] = [day for day in page.context["days"] if day.date == DAY]
    assert day.open == ["09:00–12:00"]
    assert [one.row.customer_name for one in day.booked] == ["Dora"]
    assert [one.label for one in day.free] == ["09:00", "11:00"]
    text = text_of(page)
    assert "10:00 Dora" in text
    assert text.count("closed") >= 6
    assert "Time zone of the business: Europe/Berlin" in text


def test_a_closure_takes_its_time_out_of_the_opening_hours_and_is_named(
    console: Client, url: str, alices_tenant: Tenant
) -> None:
    closures = [
        {"from": f"{DAY}T10:00", "to": f"{DAY}T11:00"},
        {"from": f"{DAY}T11:30", "to": f"{DAY + timedelta(days=1)}T00:00"},
    ]
    Business.objects.filter(pk=alices_tenant.business.pk).update(business_hours=OPEN | {"closures": closures})
    page = console.get(url)
    [day] = [day for day in page.context["days"] if day.date == DAY]
    assert day.open == ["09:00–10:00", "11:00–11:30"]
    assert " to ".join(f"{day_text(DAY, weekday=True)} {clock}" for clock in ("10:00", "11:00")) in text_of(page)
    overview = console.get(reverse("business", args=[alices_tenant.business.pk]), {"day": DAY})
    assert overview.context["days"][DAY].open == ["09:00–10:00", "11:00–11:30"]


def test_free_times_and_buttons_lead_to_the_one_form(console: Client, url: str, alices_tenant: Tenant) -> None:
    one = Appointment.objects.create(business=alices_tenant.business, customer_name="Dora", scheduled_at=at("10:00"))
    text = console.get(url).content.decode()
    assert f"{reverse('admin:bookings_appointment_add')}?business={alices_tenant.business.pk}" in text
    for name in ("move", "cancel"):
        assert reverse("admin:bookings_appointment_do", args=[one.pk, name]) + "?back=" in text
    assert console.post(url, {"do": "cancel", "appointment": str(one.pk)}).status_code in (200, 405)
    one.refresh_from_db()
    assert one.status == "confirmed"


@pytest.mark.parametrize(
    "query", ["day=never", "day=0001-01-01", "day=9999-12-31", "duration=0", "duration=99999999999", "view=x"]
)
def test_invalid_parameters_show_a_week(console: Client, url: str, query: str) -> None:
    assert console.get(f"{url.partition('?')[0]}?{query}").status_code == 200


def test_read_only_staff_get_no_buttons(client: Client, url: str, alices_tenant: Tenant) -> None:
    reader = StaffUser.objects.create_user("reader", password="correct horse", is_staff=True)
    client.force_login(reader)
    assert client.get(url).status_code == 403
    reader.user_permissions.set(Permission.objects.filter(codename="view_appointment"))
    client.force_login(StaffUser.objects.get(pk=reader.pk))
    text = client.get(url).content.decode()
    assert "Time zone of the business" in text
    assert reverse("admin:bookings_appointment_add") not in text
    assert "/do/cancel/" not in text
    unknown = reverse("admin:bookings_appointment_diary", args=[alices_tenant.appointment.pk])
    assert client.get(unknown).status_code == 404
