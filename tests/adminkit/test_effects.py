"""Before a change, staff read what it takes along; afterwards they can undo it for ten minutes."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment, BookingRules
from businesses.models import Business
from telephony.models import BusinessNumber
from tests.console.test_pages import delete_url, form_of, page
from tests.factories import Tenant


def later(tenant: Tenant, count: int) -> None:
    BookingRules.objects.filter(business=tenant.business).update(capacity=50)
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    for n in range(count):
        Appointment.objects.create(
            business=tenant.business, customer_name=f"Customer {n}", scheduled_at=start, duration=30
        )


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def saved(console: Client, row: Any, **values: str | None) -> Any:
    url = page(type(row), "change", row.pk)
    sent = form_of(console, url) | values
    return console.post(url, {name: value for name, value in sent.items() if value is not None}, follow=True)


def confirmed(console: Client, row: Any, answer: Any, **values: str | None) -> Any:
    [token] = re.findall(r'name="confirmed" value="(\w+)"', text_of(answer))
    return saved(console, row, confirmed=token, **values)


def undo(console: Client, answer: Any) -> str:
    [ticket] = re.findall(r'name="ticket" value="([^"]+)"', text_of(answer))
    return text_of(console.post("/console/undo/", {"ticket": ticket}, follow=True))


def test_deactivating_a_business_names_its_numbers_and_appointments_first(
    console: Client, alices_tenant: Tenant
) -> None:
    later(alices_tenant, 7)
    business = alices_tenant.business
    asked = saved(console, business, is_active=None)
    for part in (
        "1 phone number. The Voice Agent no longer answers calls.",
        "+14155550111",
        "7 appointments. Nothing is cancelled",
        "and 2 more",
    ):
        assert part in text_of(asked)
    business.refresh_from_db()
    assert business.is_active
    done = confirmed(console, business, asked, is_active=None)
    business.refresh_from_db()
    assert not business.is_active
    assert "The change was undone." in undo(console, done)
    business.refresh_from_db()
    assert business.is_active


def test_a_new_time_zone_shows_the_times_on_both_clocks(console: Client, alices_tenant: Tenant) -> None:
    later(alices_tenant, 1)
    asked = saved(console, alices_tenant.business, timezone="Asia/Tokyo")
    assert re.search(r"\d\d:\d\d becomes \w{3} \d+ \w{3} \d{4} \d\d:\d\d", text_of(asked))
    done = confirmed(console, alices_tenant.business, asked, timezone="Asia/Tokyo")
    assert "was changed" in text_of(done)
    undo(console, done)
    assert Business.objects.get(pk=alices_tenant.business.pk).timezone == alices_tenant.business.timezone


def test_a_new_owner_gets_the_rows_of_a_business_but_not_its_wallet(
    console: Client, alices_tenant: Tenant, bob: UUID
) -> None:
    asked = saved(console, alices_tenant.business, user=str(bob))
    for part in ("1 phone number. The new owner", "1 document", "Wallet and transactions stay with the earlier owner."):
        assert part in text_of(asked)
    confirmed(console, alices_tenant.business, asked, user=str(bob))
    number = BusinessNumber.objects.get(pk=alices_tenant.number.pk)
    assert number.user_id == bob


def test_a_confirmation_holds_for_the_values_that_were_shown(console: Client, alices_tenant: Tenant) -> None:
    later(alices_tenant, 1)
    asked = saved(console, alices_tenant.business, timezone="Asia/Tokyo")
    again = confirmed(console, alices_tenant.business, asked, timezone="Europe/Paris")
    assert "Nothing was saved yet" in text_of(again)


def test_a_lower_capacity_names_the_appointments_above_it(console: Client, alices_tenant: Tenant) -> None:
    later(alices_tenant, 3)
    rules = BookingRules.objects.get(business=alices_tenant.business)
    zeros = dict.fromkeys(("buffer_before", "buffer_after", "min_notice"), "0")
    asked = saved(console, rules, capacity="1", **zeros)
    assert "appointments are above the new capacity" in text_of(asked)
    rules.refresh_from_db()
    assert rules.capacity == 50
    confirmed(console, rules, asked, capacity="1", **zeros)
    rules.refresh_from_db()
    assert rules.capacity == 1


def test_a_change_without_effects_is_saved_at_once(console: Client, alices_tenant: Tenant) -> None:
    assert "was saved" in text_of(saved(console, alices_tenant.business, name="New name"))


def test_deleting_a_business_counts_what_goes_along_and_can_be_undone(console: Client, alices_tenant: Tenant) -> None:
    later(alices_tenant, 7)
    url = delete_url(console, alices_tenant.business)
    asked = text_of(console.get(url))
    for part in (
        "8 appointments. Customers are not informed.",
        "and 3 more",
        "1 phone number. Calls are not answered.",
        "+14155550111",
    ):
        assert part in asked
    done = console.post(url, {"post": "yes"}, follow=True)
    assert "was moved to the trash." in text_of(done)
    assert not Appointment.objects.alive().filter(business=alices_tenant.business).exists()
    assert "was restored" in undo(console, done)
    assert Appointment.objects.alive().filter(business=alices_tenant.business).count() == 8


def test_a_record_that_changed_meanwhile_is_not_restored(console: Client, alices_tenant: Tenant) -> None:
    number = alices_tenant.number
    asked = saved(console, number, is_active=None)
    done = confirmed(console, number, asked, is_active=None)
    BusinessNumber.objects.filter(pk=number.pk).update(is_active=True)
    assert "Nothing was undone" in undo(console, done)


@pytest.mark.parametrize("token", ["", "x", "0" * 16])
def test_a_forged_confirmation_confirms_nothing(console: Client, alices_tenant: Tenant, token: str) -> None:
    saved(console, alices_tenant.number, is_active=None, confirmed=token)
    alices_tenant.number.refresh_from_db()
    assert alices_tenant.number.is_active


@pytest.mark.parametrize(("name", "active"), [("deactivate", True), ("activate", False)])
def test_the_buttons_of_a_number_can_be_undone(console: Client, alices_tenant: Tenant, name: str, active: bool) -> None:
    number = alices_tenant.number
    BusinessNumber.objects.filter(pk=number.pk).update(is_active=active)
    done = console.post(page(BusinessNumber, "do", number.pk, name), {}, follow=True)
    number.refresh_from_db()
    assert number.is_active is not active
    assert "The change was undone." in undo(console, done)
    number.refresh_from_db()
    assert number.is_active is active


def test_a_number_that_somebody_else_switched_meanwhile_stays(console: Client, alices_tenant: Tenant) -> None:
    number = alices_tenant.number
    done = console.post(page(BusinessNumber, "do", number.pk, "deactivate"), {}, follow=True)
    BusinessNumber.objects.filter(pk=number.pk).update(is_active=True)
    assert "Nothing was undone" in undo(console, done)


def test_stopping_a_wallet_can_be_undone(console: Client, alices_tenant: Tenant) -> None:
    wallet = alices_tenant.wallet
    done = saved(console, wallet, is_active=None)
    wallet.refresh_from_db()
    assert not wallet.is_active
    undo(console, done)
    wallet.refresh_from_db()
    assert wallet.is_active
