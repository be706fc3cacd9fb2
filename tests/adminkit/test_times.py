"""Test times: pages show the business's time zone, and the reader's time beside it."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from aira.adminkit.times import both_times, use_time_zone
from aira.console.models import StaffUser
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_pages import page
from tests.factories import Tenant

AT = datetime(2026, 12, 24, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("own", "text"),
    [
        ("", "Thu 24 Dec 2026 21:00 CET (20:00 UTC for you)"),
        ("Asia/Kolkata", "Thu 24 Dec 2026 21:00 CET (Fri 01:30 IST for you)"),
        ("Europe/Paris", "Thu 24 Dec 2026 21:00 CET"),
        ("Gone/Long", "Thu 24 Dec 2026 21:00 CET (20:00 UTC for you)"),
    ],
)
def test_the_readers_own_time_is_shown_where_it_differs_from_the_businesss(own: str, text: str) -> None:
    with use_time_zone(own):
        assert both_times(AT, "Europe/Berlin") == text


def test_lists_show_times_in_the_zone_of_the_reader(console: Client, staff: StaffUser, alices_tenant: Tenant) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Europe/Berlin")
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(scheduled_at=AT)
    assert "(20:00 UTC for you)" in console.get(page(Appointment, "changelist")).content.decode()
    StaffUser.objects.filter(pk=staff.pk).update(timezone="Asia/Kolkata")
    assert "(Fri 01:30 IST for you)" in console.get(page(Appointment, "changelist")).content.decode()


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "/etc/passwd", "Asia/"])
def test_an_unknown_time_zone_is_refused_with_its_name(db: None, name: str) -> None:
    with pytest.raises(ValidationError, match="is not a time zone"):
        StaffUser(username="lou", password="x", timezone=name).full_clean()
