"""Test that pages write all dates and times in one format."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from aira.console.tenant_page import as_pages
from aira.formats.dates import day_text, time_text
from billing.models import Wallet
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_crawl import addresses, rows
from tests.factories import Tenant

__all__ = ["rows"]

AT = datetime(2026, 12, 24, 9, 0, 5, tzinfo=UTC)
ISO = re.compile(r".{0,60}\b\d{4}-\d\d-\d\d.{0,40}")
# Texts that staff type stay as they are typed, and codes and addresses have ISO dates.
TYPED = re.compile(r"<(textarea|script|style|option|code)\b.*?</\1>|<[^>]+>", re.DOTALL)
# Texts to type in a form, and the JSON of a webhook.
HINTS = re.compile(
    r"Write \S+ |Write it as \S+|2026-12-2\d (closed|09:00-13:00)|2026-08-01 00:00 to 2026-08-16 00:00|\"\w+_at\": \"[^\"]+"
)


def test_a_day_is_written_without_leading_zero() -> None:
    assert day_text(date(2026, 11, 3)) == "3 Nov 2026"
    assert day_text(date(2026, 11, 3), weekday=True) == "Tue 3 Nov 2026"


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ({}, "24 Dec 2026 10:00 CET"),
        ({"seconds": True}, "24 Dec 2026 10:00:05 CET"),
        ({"weekday": True, "zone": False}, "Thu 24 Dec 2026 10:00"),
    ],
)
def test_a_time_is_written_in_its_own_zone(style: dict[str, bool], text: str) -> None:
    assert time_text(AT.astimezone(ZoneInfo("Europe/Berlin")), **style) == text


def iso_dates(page: str) -> Iterator[str]:
    """Yield the ISO dates that a reader sees on a page, each with the text around it."""
    text = html.unescape(TYPED.sub(" ", page[max(page.find("<body"), 0) :]))
    for found in ISO.findall(HINTS.sub("", re.sub(r"\s+", " ", text))):
        yield found.strip()


@pytest.mark.django_db(databases=["default", "direct"])
def test_no_page_shows_a_date_in_another_format(console: Client, rows: dict[str, Any], alices_tenant: Tenant) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk).update(
        name="Corner Café",
        business_hours={
            "special": {"2026-12-24": [["09:00", "12:00"]]},
            "closures": [{"from": "2026-12-25T00:00", "to": "2026-12-28T00:00"}],
        },
    )
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(scheduled_at=AT)
    wrong = {}
    for name, address in addresses(rows, alices_tenant).items():
        answer = console.get(address)
        page = answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")
        if page and (found := list(iso_dates(answer.content.decode()))):
            wrong[name] = found
    assert wrong == {}


def test_a_search_shows_the_time_of_an_appointment_in_words(console: Client, alices_tenant: Tenant) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Europe/Berlin")
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(scheduled_at=AT)
    assert "Thu 24 Dec 2026 10:00 CET, " in console.get(reverse("search"), {"q": "Carol"}).content.decode()


def test_the_tenants_page_shows_the_clock_of_the_business() -> None:
    business, tables = uuid4(), ("business_numbers", "wallets", "transactions", "documents")
    row = {"id": business, "timezone": "Asia/Kolkata", "business_hours": None}
    found = {"business_v2": [row], "appointments": [{"business_id": business, "scheduled_at": AT}]}
    [shown] = as_pages(found | {table: [] for table in tables})["businesses"]
    assert [one["local"] for one in shown["appointments"]["rows"]] == ["Thu 24 Dec 2026 14:30 IST"]


def test_the_statement_writes_times_as_the_other_pages(console: Client, alices_tenant: Tenant) -> None:
    wallet = Wallet.objects.get(user_id=alices_tenant.business.user_id)
    answer = console.get(reverse("admin:billing_wallet_statement", args=[wallet.pk]))
    [(entry, *_)] = answer.context["lines"]
    assert time_text(entry.created_at, zone=False) in answer.content.decode()
