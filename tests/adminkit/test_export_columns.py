"""Test that an export has the columns that staff chose for the list."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from businesses.models import Business
from telephony.models import BusinessNumber
from tests.console.test_pages import page
from tests.factories import Tenant


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def rows_of(answer: Any) -> Iterator[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text))


def test_an_export_has_the_chosen_columns_in_their_order(console: Client, alices_tenant: Tenant) -> None:
    url = page(BusinessNumber, "export") + "?columns=cost,phone_number,business"
    assert "these columns: Monthly cost, Phone number, Business id" in text_of(console.get(url))
    [row] = rows_of(console.post(url, {"format": "csv", "reason": "T-1"}))
    assert list(row) == ["Monthly cost", "Phone number", "Business id", "Business name", "Business time zone"]
    assert row["Phone number"] == alices_tenant.number.phone_number


def test_an_export_of_links_alone_has_the_ids(console: Client, alices_tenant: Tenant) -> None:
    url = page(Appointment, "export") + "?columns=week"
    [row] = rows_of(console.post(url, {"format": "csv", "reason": "T-1"}))
    assert list(row.values()) == [str(alices_tenant.appointment.pk)]


def test_the_chosen_time_of_an_appointment_is_exported_in_iso(console: Client, alices_tenant: Tenant) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Asia/Kolkata")
    at = timezone.now().replace(year=2031, month=1, day=2, hour=4, minute=0, second=0, microsecond=0)
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(scheduled_at=at)
    url = page(Appointment, "export") + "?columns=when,business"
    [row] = rows_of(console.post(url, {"format": "csv", "reason": "T-1"}))
    assert row["Start"] == "2031-01-02T09:30:00+05:30"
