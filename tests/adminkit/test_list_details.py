"""Details of lists: titles, one date format, filters that survive a cancelled run, and the search of the audit."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape

from aira.audit.actor import set_reason
from businesses.models import Business
from tests.console.test_pages import page
from tests.factories import Tenant


def text_of(client: Client, url: str, **data: str) -> str:
    return str(client.get(url, data, follow=True).content.decode())


@pytest.mark.parametrize(
    ("name", "title"), [("bookings_appointment", "Appointments – AiRa"), ("billing_transaction", "Transactions – AiRa")]
)
def test_a_list_is_named_in_the_browsers_tab(console: Client, alices_tenant: Tenant, name: str, title: str) -> None:
    shown = text_of(console, reverse(f"admin:{name}_changelist"))
    assert " ".join(shown.split("<title>")[1].split("</title>")[0].split()) == title


def test_a_record_is_named_in_the_browsers_tab(console: Client, alices_tenant: Tenant) -> None:
    shown = text_of(console, reverse("admin:businesses_business_change", args=[alices_tenant.business.pk]))
    assert " ".join(shown.split("<title>")[1].split("</title>")[0].split()) == "Corner Shop – AiRa"


def test_dates_have_one_format() -> None:
    at = datetime(2026, 12, 4, 9, 5, tzinfo=UTC)
    assert date_format(at, "DATETIME_FORMAT") == "4 Dec 2026 09:05 UTC"
    assert date_format(at, "DATE_FORMAT") == "4 Dec 2026"


# A list, its filters and an action of it.
FILTERED = [
    ("appointment", "status__exact=confirmed&columns=when,status&o=1", "bulk_cancel"),
    ("number", "is_active__exact=1&q=shop", "bulk_deactivate"),
    ("document", "created_at_from=2020-01-01&created_at_to=", "bulk_process-again"),
    ("transaction", "type__exact=credit&currency__exact=USD", "bulk_complete"),
    ("business", "trash=all&business_type__exact=retail", "bulk_trash"),
]


@pytest.mark.parametrize(("name", "filters", "action"), FILTERED)
def test_a_run_that_is_cancelled_or_left_leads_back_to_the_list_with_its_filters(
    console: Client, alices_tenant: Tenant, name: str, filters: str, action: str
) -> None:
    row = getattr(alices_tenant, name)
    url = page(type(row), "changelist") + f"?{filters}"
    run = console.post(url, {"action": action, "_selected_action": [str(row.pk)]}).headers["Location"]
    asked = console.get(run)
    assert asked.context["back"] == url
    # The links of the run's own page lead there, too.
    again = console.get(f"{run.partition('?')[0]}?{asked.context['keep']}&outcome=done")
    assert again.context["back"] == url
    assert f'href="{escape(url)}"' in again.content.decode()
    assert console.post(run, {"do": "cancel"}).headers["Location"] == url


@pytest.mark.parametrize(("name", "filters", "action"), FILTERED)
def test_a_record_leads_back_to_the_list_with_its_filters(
    console: Client, alices_tenant: Tenant, name: str, filters: str, action: str
) -> None:
    row = getattr(alices_tenant, name)
    kept = urlencode({"_changelist_filters": filters})
    here = f"{page(type(row), 'change', row.pk)}?{kept}"
    opened = console.get(here)
    for button in opened.context["buttons"]:
        assert f"back={quote(here, safe='')}" in button.url
        asked = console.get(button.url)
        assert asked.context["back"] == here
    if url := opened.context.get("delete_link"):
        left = console.get(url)
        assert f'href="{escape(here)}"' in left.content.decode()


@pytest.mark.parametrize(("name", "filters", "action"), FILTERED)
def test_an_export_leads_back_to_the_list_with_its_filters(
    console: Client, alices_tenant: Tenant, name: str, filters: str, action: str
) -> None:
    row = getattr(alices_tenant, name)
    answer = console.get(page(type(row), "export") + f"?{filters}")
    there, _, query = answer.context["back"].partition("?")
    assert (there, QueryDict(query)) == (page(type(row), "changelist"), QueryDict(filters))


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


def test_changed_opening_hours_are_shown_in_words(console: Client, alices_tenant: Tenant) -> None:
    hours = {"weekly": {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
    Business.objects.filter(pk=alices_tenant.business.pk).update(business_hours=hours)
    page = text_of(console, reverse("timeline", args=["businesses", "business", alices_tenant.business.pk]))
    assert "Mon–Fri 09:00-12:00; Sat–Sun closed" in page
    assert "weekly" not in page
