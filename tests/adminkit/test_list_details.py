"""Details of lists: titles, one date format, filters that survive a cancelled run, and the search of the audit."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from aira.audit.actor import set_reason
from businesses.models import Business
from tests.factories import Tenant


def text_of(client: Client, url: str, **data: str) -> str:
    return str(client.get(url, data, follow=True).content.decode())


@pytest.mark.parametrize(
    ("name", "title"), [("bookings_appointment", "Appointments – AiRa"), ("billing_transaction", "Transactions – AiRa")]
)
def test_a_list_is_named_in_the_browsers_tab(console: Client, alices_tenant: Tenant, name: str, title: str) -> None:
    page = text_of(console, reverse(f"admin:{name}_changelist"))
    assert " ".join(page.split("<title>")[1].split("</title>")[0].split()) == title


def test_a_record_is_named_in_the_browsers_tab(console: Client, alices_tenant: Tenant) -> None:
    page = text_of(console, reverse("admin:businesses_business_change", args=[alices_tenant.business.pk]))
    assert " ".join(page.split("<title>")[1].split("</title>")[0].split()) == "Corner Shop – AiRa"


def test_dates_have_one_format() -> None:
    at = datetime(2026, 12, 4, 9, 5, tzinfo=UTC)
    assert date_format(at, "DATETIME_FORMAT") == "4 Dec 2026 09:05"
    assert date_format(at, "DATE_FORMAT") == "4 Dec 2026"


def test_a_cancelled_run_leads_back_to_the_list_with_its_filters(console: Client, alices_tenant: Tenant) -> None:
    url = reverse("admin:bookings_appointment_changelist") + "?status__exact=confirmed"
    chosen = console.post(url, {"action": "bulk_cancel", "_selected_action": [str(alices_tenant.appointment.pk)]})
    answer = console.post(chosen.headers["Location"], {"do": "cancel"})
    assert answer.headers["Location"] == url


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_run_leads_to_no_other_site(console: Client, alices_tenant: Tenant, back: str) -> None:
    url = reverse("admin:bookings_appointment_changelist")
    chosen = console.post(url, {"action": "bulk_cancel", "_selected_action": [str(alices_tenant.appointment.pk)]})
    run = chosen.headers["Location"].partition("?")[0]
    assert console.post(f"{run}?back={back}", {"do": "cancel"}).headers["Location"] == url


@pytest.mark.django_db(transaction=False)
@pytest.mark.parametrize(("text", "count"), [("HELP-4711", 1), ("4711", 1), ("47%1", 0), ("help_4711", 0), ("\\", 0)])
def test_the_audit_is_searched_by_a_part_of_the_reason(
    console: Client, alices_tenant: Tenant, text: str, count: int
) -> None:
    set_reason("See HELP-4711, asked by phone")
    Business.objects.filter(pk=alices_tenant.business.pk).update(name="New name")
    page: Any = console.get(reverse("admin:platform_auditevent_changelist"), {"q": text})
    assert page.context["cl"].result_count == count


def test_changed_hours_are_words(console: Client, alices_tenant: Tenant) -> None:
    hours = {"weekly": {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
    Business.objects.filter(pk=alices_tenant.business.pk).update(business_hours=hours)
    page = text_of(console, reverse("timeline", args=["businesses", "business", alices_tenant.business.pk]))
    assert "Mon–Fri 09:00-12:00; Sat–Sun closed" in page
    assert "weekly" not in page
