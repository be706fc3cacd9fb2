"""The page about one customer: known by phone number, e-mail or name, across businesses, and masked as everywhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aira.console.models import Note, StaffUser
from billing.models import Transaction
from bookings.models import Appointment
from tests.factories import Tenant

WHEN = timezone.now().replace(microsecond=0) + timedelta(days=2)


def book(tenant: Tenant, number: int, **values: Any) -> Appointment:
    at = WHEN + timedelta(hours=3 * number)
    return Appointment.objects.create(business=tenant.business, scheduled_at=at, duration=30, **values)


def address(appointment: Appointment) -> str:
    return reverse("customer", args=[appointment.pk])


def text_of(client: Client, url: str, **data: str) -> str:
    answer = client.get(url, data)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def support(db: None) -> Client:
    person = StaffUser.objects.create_user("rita", password="x", is_staff=True)
    person.groups.add(Group.objects.get(name="support"))
    client = Client()
    client.force_login(person)
    return client


def test_a_customer_is_one_person_at_all_businesses_by_phone_in_any_spelling(
    console: Client, alices_tenant: Tenant, bobs_tenant: Tenant
) -> None:
    first = book(alices_tenant, 1, customer_name="Dora Walks", customer_phone="+49 171 5557788")
    book(bobs_tenant, 2, customer_name="D. Walks", customer_phone="+491715557788", service_type="Tasting")
    book(bobs_tenant, 3, customer_name="Somebody Else", customer_phone="+491715557789", service_type="Haircut")
    page = text_of(console, address(first))
    assert "Tasting" in page
    assert "Haircut" not in page


def test_a_customer_without_a_phone_is_known_by_the_e_mail(
    console: Client, alices_tenant: Tenant, bobs_tenant: Tenant
) -> None:
    first = book(alices_tenant, 1, customer_name="Dora", customer_email="dora@example.org")
    book(bobs_tenant, 2, customer_name="Dora W.", customer_email="Dora@Example.org", service_type="Tasting")
    assert "Tasting" in text_of(console, address(first))


def test_a_customer_known_only_by_name_is_one_person_within_a_business(
    console: Client, alices_tenant: Tenant, bobs_tenant: Tenant
) -> None:
    first = book(alices_tenant, 1, customer_name="Dora")
    book(alices_tenant, 2, customer_name="Dora", service_type="Haircut")
    book(bobs_tenant, 3, customer_name="Dora", service_type="Tasting")
    book(alices_tenant, 4, customer_name="Dora", customer_phone="+491715557788", service_type="Massage")
    page = text_of(console, address(first))
    assert "Haircut" in page
    assert "Tasting" not in page
    assert "Massage" not in page


def test_the_page_of_a_customer_shows_no_shows_charges_of_calls_and_notes(
    console: Client, alices_tenant: Tenant
) -> None:
    first = book(alices_tenant, 1, customer_name="Dora", customer_phone="+491715557788", external_id="CA123")
    second = book(alices_tenant, 2, customer_name="Dora", customer_phone="+491715557788")
    Appointment.objects.filter(pk=second.pk).update(status="no_show")
    Transaction.objects.create(
        user_id=alices_tenant.business.user_id, currency="USD", type="debit", amount="0.45", status="completed",
        description="10 call minutes", idempotency_key="CA123",
    )  # fmt: skip
    Note.objects.create(appointment=second, text="Was ill", author_name="sam")
    page = text_of(console, address(first))
    for part in ("No-shows", "10 call minutes", "Was ill"):
        assert part in page


def test_search_leads_to_the_customer_once(console: Client, alices_tenant: Tenant) -> None:
    for number in (1, 2):
        book(alices_tenant, number, customer_name="Dora Walks", customer_phone="+491715557788")
    for text in ("5557788", "Dora Wal", "0171 5557788"):
        page = text_of(console, reverse("search"), q=text)
        assert page.count("/console/customer/") == 1, text
        assert "2 appointments found" in page
    palette = text_of(console, reverse("admin:search"), s="Dora", extended="1")
    assert "/console/customer/" in palette


def test_an_appointment_leads_to_its_customer(console: Client, alices_tenant: Tenant) -> None:
    url = reverse("admin:bookings_appointment_change", args=[alices_tenant.appointment.pk])
    assert address(alices_tenant.appointment) in text_of(console, url)


def test_support_sees_the_customer_masked_until_revealed(support: Client, alices_tenant: Tenant) -> None:
    first = book(alices_tenant, 1, customer_name="Dora Walks", customer_phone="+491715557788", notes="Allergic to nuts")
    book(alices_tenant, 2, customer_name="Dora Walks", customer_phone="+491715557788", service_type="Haircut")
    page = text_of(support, address(first))
    assert "Haircut" in page
    for part in ("Walks", "5557788", "Allergic"):
        assert part not in page
    assert "/console/customer/" not in text_of(support, reverse("search"), q="5557788")
    whole = text_of(support, reverse("search"), q="+491715557788")
    assert "/console/customer/" in whole
    assert "Walks" not in whole
    support.post(reverse("reveal", args=["bookings", "appointment", first.pk]), {"reason": "Ticket 17"})
    assert "Dora Walks" in text_of(support, address(first))


def test_staff_who_may_not_view_appointments_see_no_customer(client: Client, alices_tenant: Tenant) -> None:
    client.force_login(StaffUser.objects.create_user("pat", password="x", is_staff=True))
    assert client.get(address(alices_tenant.appointment)).status_code == 403


def test_the_page_of_a_customer_needs_no_more_queries_for_many_appointments(
    console: Client, alices_tenant: Tenant
) -> None:
    first = book(alices_tenant, 0, customer_name="Dora", customer_phone="+491715557788")
    for number in range(1, 40):
        book(alices_tenant, number, customer_name="Dora", customer_phone="+491715557788", external_id=f"CA{number}")
    with CaptureQueriesContext(connection) as queries:
        console.get(address(first))
    assert len(queries) <= 15, [query["sql"][:100] for query in queries]
