"""Test that staff find any row by what a caller tells them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from aira.console.models import StaffUser
from bookings.models import Appointment
from businesses.models import Business
from tests.bookings.test_search import ODD
from tests.database import Sql
from tests.factories import Tenant
from tests.tenant_rows import Rows


@pytest.fixture
def known(alices: Rows, bobs: Rows, owner: Sql) -> Rows:
    owner("update auth.users set phone = '491711234567' where id = %s", alices.user)
    owner(
        "update business_v2 set name = 'Café Zürich', email = 'Hello@Zuerich.example', phone_number = '+4930901820'"
        " where id = %s",
        alices.business,
    )
    owner(
        "update business_numbers set twilio_sid = 'PN0123456789', twilio_account_sid = 'AC9876543210' where id = %s",
        alices.number,
    )
    owner("update transactions set stripe_payment_intent_id = 'pi_3ABC' where id = %s", alices.transaction)
    owner(
        "update appointments set customer_name = 'Consuelo Álvarez', customer_phone = '030/901820-11',"
        " external_id = 'CA777' where id = %s",
        alices.appointment,
    )
    owner("update documents set file_name = 'price-list.pdf' where id = %s", alices.document)
    for words in ("business", "appointment", "document"):
        owner(f"refresh materialized view analytics.{words}_words")
    return alices


def find(as_service: Callable[[str], Any], text: str | None) -> set[tuple[str, Any]]:
    with as_service("console") as sql:
        return {(kind, row) for kind, row in sql("select kind, id from private.search(%s)", text).fetchall()}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("alice@example.com", {"account"}),
        ("ALICE@example.com ", {"account"}),
        ("alice@exa", {"account"}),
        ("+49 171 1234567", {"account"}),
        ("cafe zurich", {"business"}),
        ("zurich caf", {"business"}),
        ("zuirch", {"business"}),
        ("hello@zue", {"business"}),
        ("030 901820", {"business", "appointment"}),
        ("+1 (415) 555-0101", {"number"}),
        ("001 415 555 0101", {"number"}),
        ("4155550101", {"number"}),
        ("PN0123456789", {"number"}),
        ("AC9876543210", {"number"}),
        ("pi_3ABC", {"transaction"}),
        ("alvarez", {"appointment"}),
        ("consuelo alvares", {"appointment"}),
        ("03090182011", {"appointment"}),
        ("ca777", {"appointment"}),
        ("price list", {"document"}),
        ("prise-list.pdf", {"document"}),
    ],
)
def test_staff_find_a_row_in_any_spelling(
    known: Rows, as_service: Callable[[str], Any], text: str, kinds: set[str]
) -> None:
    ids = {
        "account": known.user,
        "business": known.business,
        "number": known.number,
        "transaction": known.transaction,
        "appointment": known.appointment,
        "document": known.document,
    }
    assert find(as_service, text) == {(kind, ids[kind]) for kind in kinds}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("+1 415 5", {"number"}),
        ("001415", {"number"}),
        ("+49 309", {"business"}),
        ("0309", {"appointment"}),
        ("2011", {"appointment"}),
        ("20-11", {"appointment"}),
        ("1820", {"business"}),
        ("0101", {"number"}),
        ("0309018", {"appointment"}),
        ("011", set()),
        ("4155", set()),
        ("9999", set()),
    ],
)
def test_staff_find_a_phone_number_by_four_digits_of_either_end(
    known: Rows, as_service: Callable[[str], Any], text: str, kinds: set[str]
) -> None:
    assert {kind for kind, _ in find(as_service, text)} == kinds


@pytest.mark.parametrize("text", ["0309", "2011", "+49 309", "1820"])
def test_a_part_of_a_phone_number_finds_nothing_for_staff_who_see_masks(
    known: Rows, as_service: Callable[[str], Any], text: str
) -> None:
    with as_service("console") as sql:
        assert sql("select kind from private.search(%s, 10, true)", text).fetchall() == []


def test_four_digits_still_find_words(known: Rows, as_service: Callable[[str], Any], owner: Sql) -> None:
    owner("update business_v2 set name = 'Studio 2011' where id = %s", known.business)
    assert {kind for kind, _ in find(as_service, "2011")} == {"business", "appointment"}


def test_the_list_of_appointments_finds_the_beginning_of_a_phone_number(
    console: Client, alices_tenant: Tenant, bobs_tenant: Tenant
) -> None:
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(customer_phone="+4917112345678")
    Appointment.objects.filter(pk=bobs_tenant.appointment.pk).update(customer_phone="+4917212345678")
    address = reverse("admin:bookings_appointment_changelist")
    for text in ("+49 171", "0049171", "491711"):
        assert [row.pk for row in console.get(address, {"q": text}).context["cl"].result_list] == [
            alices_tenant.appointment.pk
        ]
    assert len(console.get(address, {"q": "5678"}).context["cl"].result_list) == 2


@pytest.mark.parametrize("kind", ["account", "business", "number", "transaction", "appointment", "document"])
def test_any_row_is_found_by_its_id(known: Rows, as_service: Callable[[str], Any], kind: str) -> None:
    row = known.user if kind == "account" else getattr(known, kind)
    for text in (str(row), str(row).upper(), f" {row.hex} "):
        assert find(as_service, text) == {(kind, row)}


@pytest.mark.parametrize("text", [*ODD, None])
def test_a_text_with_unusual_characters_finds_nothing(
    known: Rows, as_service: Callable[[str], Any], text: str | None
) -> None:
    assert find(as_service, text) == set()


def test_rows_in_the_trash_are_found_and_marked(known: Rows, as_service: Callable[[str], Any], owner: Sql) -> None:
    owner("delete from business_v2 where id = %s", known.business)
    with as_service("console") as sql:
        found = sql("select kind, detail from private.search('zurich')").fetchall()
        found += sql("select kind, detail from private.search('alvarez')").fetchall()
    assert [(kind, "in the trash" in detail) for kind, detail in found] == [("business", True), ("appointment", True)]


def test_the_page_links_to_its_results(console: Client, alices_tenant: Tenant) -> None:
    response = console.get(reverse("search"), {"q": "Carol"})
    shown = response.content.decode()
    assert reverse("admin:bookings_appointment_change", args=[alices_tenant.appointment.pk]) in shown
    assert "No results" in console.get(reverse("search"), {"q": "no such thing"}).content.decode()
    assert console.get(reverse("search")).status_code == 200


def test_staff_find_only_rows_that_they_may_view(client: Client, alices_tenant: Tenant) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk).update(name="Carol's")
    agent = StaffUser.objects.create_user("agent", password="x", is_staff=True)
    client.force_login(agent)
    assert Appointment.objects.filter(customer_name="Carol").exists()
    for url in (reverse("search"), reverse("admin:search")):
        response = client.get(url, {"q": "carol", "s": "carol"})
        assert "Carol" not in response.content.decode().replace('value="carol"', "")
    agent.user_permissions.add(Permission.objects.get(codename="view_business"))
    client.force_login(StaffUser.objects.get(pk=agent.pk))
    shown = client.get(reverse("search"), {"q": "carol"}).content.decode()
    assert "businesses/business/" in shown
    assert "bookings/appointment/" not in shown


def test_the_palette_has_the_same_results(console: Client, alices_tenant: Tenant) -> None:
    shown = console.get(reverse("admin:search"), {"s": "carol"}).content.decode()
    assert reverse("admin:bookings_appointment_change", args=[alices_tenant.appointment.pk]) in shown


def test_a_visitor_cannot_search(client: Client, db: None) -> None:
    assert client.get(reverse("search"), {"q": "carol"}).status_code == 302


@pytest.mark.parametrize(
    "name", ["miller.de/a((", "miller.de/a!b", "miller.de/a'b", "miller.de/a\\b", "miller.de/&|:*"]
)
def test_a_name_that_looks_like_an_address_does_not_break_the_search(
    known: Rows, owner: Sql, as_service: Callable[[str], Any], name: str
) -> None:
    owner("update business_v2 set name = %s where id = %s", name, known.business)
    owner("refresh materialized view analytics.business_words")
    owner("update appointments set customer_name = 'Miller' where id = %s", known.appointment)
    assert find(as_service, "miller") == {("appointment", known.appointment), ("business", known.business)}


def test_a_result_shows_the_status_in_words(console: Client, alices_tenant: Tenant) -> None:
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(status="no_show")
    shown = console.get(reverse("search"), {"q": "Carol"}).content.decode()
    assert "no-show" in shown
    assert "no_show" not in shown
