"""Test the buttons of one row: each needs its permission, asks with figures, acts once, and explains a refusal."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from aira.adminkit.transitions import Transition
from aira.api import keys
from aira.api.jobs.models import ApiJob
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.events import subscriptions
from aira.outbox.models import WebhookDelivery
from aira.schema import trash
from billing.models import ApprovalRequest, StripeEvent, Transaction, Wallet
from bookings.models import Appointment
from knowledge.models import Document
from telephony.models import BusinessNumber
from tests.factories import Tenant
from tests.interference import before_statement

ZONE = ZoneInfo("Europe/Berlin")
ALL = [
    (model, transition)
    for model, model_admin in admin.site._registry.items()
    for transition in getattr(model_admin, "transitions", ())
    if transition.button
]


def url(row: Any, name: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_do", args=[quote(row.pk), name])


def press(client: Client, row: Any, name: str, **typed: Any) -> str:
    """Return the console's answer: the message after the redirect, or why it was refused."""
    asked = client.get(url(row, name))
    assert asked.status_code == 200
    form = asked.context["form"]
    sent = {field: form.get_initial_for_field(form.fields[field], field) for field in form.fields}
    sent = {field: value for field, value in {**sent, **typed}.items() if value is not None}
    answer = client.post(url(row, name), sent, follow=True)
    assert answer.status_code == 200
    if answer.redirect_chain:
        return " ".join(str(message) for message in answer.context["messages"])
    return " ".join(str(error) for errors in answer.context["form"].errors.values() for error in errors)


@pytest.fixture
def debit(alices_tenant: Tenant, alice: Any) -> Transaction:
    return Transaction.objects.create(user_id=alice, currency="USD", type="debit", amount=10)


def balance(user: Any) -> Decimal:
    return Wallet.objects.get(user_id=user).balance_usd


@pytest.mark.parametrize(("model", "transition"), ALL, ids=lambda value: getattr(value, "name", None))
def test_opening_a_button_changes_nothing_and_pressing_needs_permission(
    client: Client, model: Any, transition: Transition, alices_tenant: Tenant, debit: Transaction
) -> None:
    looker = StaffUser.objects.create_user("lou", password="correct horse battery", is_staff=True)
    keys.make(name="finance exports", purpose="x", scopes=["transactions:read"])
    StripeEvent.objects.create(pk="evt_1", type="customer.created", payload={})
    subscriptions.subscribe(url="https://hooks.example.com/", types=["*"], made_by="sam")
    ApiJob.objects.create(kind="export", operation="x.list", actor_kind="api_key", actor_id="x", request={})
    row = model._default_manager.first()
    if row is None:
        # Approvals have a test of their own, with two people.
        assert model is ApprovalRequest
        return

    def state() -> Any:
        return AuditEvent.objects.count(), model._default_manager.values().get(pk=row.pk)

    looker.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(looker)
    before = state()
    assert client.get(url(row, transition.name)).status_code == 403
    assert client.post(url(row, transition.name), {"reason": "x"}).status_code == 403
    assert state() == before
    looker.is_superuser = True
    looker.save()
    before = state()
    assert client.get(url(row, transition.name)).status_code in (200, 302)
    assert state() == before


def test_a_press_without_a_csrf_token_is_refused(staff: Any, debit: Transaction) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    assert client.post(url(debit, "complete")).status_code == 403
    assert Transaction.objects.get(pk=debit.pk).status == "pending"


def test_a_page_shows_the_buttons_that_its_row_offers(console: Client, debit: Transaction) -> None:
    page = reverse("admin:billing_transaction_change", args=[debit.pk])
    assert [button.label for button in console.get(page).context["buttons"]] == ["Complete", "Set to failed"]
    press(console, debit, "complete")
    assert [button.label for button in console.get(page).context["buttons"]] == ["Refund", "Adjust"]
    answer = console.get(url(debit, "complete"), follow=True)
    assert "has changed. This page shows it now." in " ".join(str(message) for message in answer.context["messages"])


def test_the_confirmation_shows_the_figures(console: Client, debit: Transaction) -> None:
    text = console.get(url(debit, "complete")).content.decode()
    assert "Takes $10.00 from the wallet of alice@example.com. Its balance is $25.00 now." in text


def test_a_transaction_is_completed_and_partly_refunded_with_a_reason(
    console: Client, debit: Transaction, alice: Any
) -> None:
    assert press(console, debit, "complete") == "Completed. The balance is $15.00."
    assert "“Reason” is empty. Fill it in." in press(console, debit, "refund", amount="4.00")
    assert press(console, debit, "refund", amount="4.00", reason="ticket 7") == "Refunded $4.00. The balance is $19.00."
    debit.refresh_from_db()
    assert (debit.status, debit.refunded_amount, balance(alice)) == ("completed", 4, 19)
    event = AuditEvent.objects.filter(row_id=str(debit.pk), verb="update").latest("id")
    assert (event.reason, event.actor_kind, event.actor_name) == ("ticket 7", "staff", "sam")


def test_a_refund_that_is_pressed_twice_happens_once(console: Client, debit: Transaction, alice: Any) -> None:
    press(console, debit, "complete")
    form = {"amount": "3.00", "reason": "double click", "key": "console:one"}
    for _ in range(2):
        assert console.post(url(debit, "refund"), form).status_code == 302
    assert balance(alice) == 18


def test_a_refusal_is_explained_and_keeps_the_typed_values(console: Client, debit: Transaction, alice: Any) -> None:
    press(console, debit, "complete")
    answer = console.post(url(debit, "refund"), {"amount": "40.00", "reason": "too much", "key": "k"})
    assert "has 10.00 USD left to refund. Refund at most that amount." in str(answer.context["form"].errors)
    assert 'value="too much"' in answer.content.decode()
    poor = Transaction.objects.create(user_id=alice, currency="USD", type="debit", amount=500)
    assert "wallet_balance_not_negative" in press(console, poor, "complete")
    assert balance(alice) == 15


def test_a_hold_is_captured_in_part(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    hold = Transaction.objects.create(user_id=alice, currency="USD", type="debit", amount=20, hold=True)
    assert "capture_exceeds_hold" in press(console, hold, "complete", amount="21.00")
    assert press(console, hold, "complete", amount="12.50") == "Completed. The balance is $12.50."


def test_a_wallet_is_topped_up_once(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    form = {"amount": "30.00", "currency": "USD", "reason": "goodwill", "key": "console:two"}
    for _ in range(2):
        assert console.post(url(alices_tenant.wallet, "top-up"), form).status_code == 302
    assert balance(alice) == 55
    assert Transaction.objects.get(idempotency_key="console:two").description == "goodwill"


def test_an_appointment_is_moved_and_ended(console: Client, alices_tenant: Tenant) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    business = alices_tenant.business
    type(business).objects.filter(pk=business.pk).update(timezone="Europe/Berlin")
    start = datetime.fromisoformat(f"{day}T10:00+00:00")
    one, other = (
        Appointment.objects.create(business=business, customer_name="Dora", scheduled_at=start + timedelta(hours=n))
        for n in (0, 2)
    )
    assert "That time is taken. Nearest free times: " in press(
        console, one, "move", day=day, time=other.scheduled_at.astimezone(ZONE).strftime("%H:%M")
    )
    assert press(console, one, "move", day=day, time="9.30").startswith("Moved to ")
    one.refresh_from_db()
    assert one.scheduled_at.astimezone(ZONE).strftime("%H:%M") == "09:30"
    assert "Set to no-show." in press(console, one, "no-show")
    assert "Confirmed again" in press(console, one, "confirm")
    assert "is free" in press(console, one, "cancel", reason="ill")
    one.refresh_from_db()
    assert (one.status, "ill" in one.notes) == ("cancelled", True)
    assert "Set to completed." in press(console, other, "complete")
    Appointment.objects.create(business=business, customer_name="Eva", scheduled_at=one.scheduled_at)
    assert "booked at that time" in press(console, one, "confirm")


@pytest.mark.parametrize(
    ("button", "before", "becomes", "said"),
    [
        ("complete", {}, {"status": "cancelled"}, "is now cancelled"),
        ("no-show", {}, {"status": "completed"}, "is now completed"),
        ("complete", {}, {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)}, "is now in the trash"),
        ("confirm", {"status": "no_show"}, {"status": "confirmed"}, "is now confirmed"),
    ],
)
def test_an_appointment_that_has_changed_stays_as_it_is(
    console: Client, alices_tenant: Tenant, button: str, before: Any, becomes: Any, said: str
) -> None:
    row = alices_tenant.appointment
    same = Appointment.objects.filter(pk=row.pk)
    if before:
        same.update(**before)
    with before_statement('UPDATE "appointments"', lambda: same.update(**becomes)):
        assert said in press(console, row, button)


def test_a_removed_appointment_cannot_be_marked_as_a_no_show(console: Client, alices_tenant: Tenant) -> None:
    same = Appointment.objects.filter(pk=alices_tenant.appointment.pk)

    def removed() -> None:
        trash.discard(same)
        trash.remove(same)

    with before_statement('UPDATE "appointments"', removed):
        assert "is now deleted" in press(console, alices_tenant.appointment, "complete")


def test_numbers_documents_and_webhooks_have_their_buttons(console: Client, alices_tenant: Tenant) -> None:
    number, document = alices_tenant.number, alices_tenant.document
    press(console, number, "deactivate")
    assert not BusinessNumber.objects.get(pk=number.pk).is_active
    press(console, number, "activate")
    assert BusinessNumber.objects.get(pk=number.pk).is_active
    Document.objects.filter(pk=document.pk).update(processing_status="processing")
    Document.objects.filter(pk=document.pk).update(processing_status="failed", processing_error="no text")
    document.refresh_from_db()
    assert "no text" in console.get(url(document, "process-again")).content.decode()
    press(console, document, "process-again")
    assert Document.objects.get(pk=document.pk).processing_status == "pending"
    delivery = WebhookDelivery.objects.filter(record_id=document.pk).first()
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=None, last_error="HTTP 500")
    press(console, delivery, "replay")
    assert WebhookDelivery.objects.get(pk=delivery.pk).state == "pending"


def test_a_number_is_restored_unless_its_place_is_taken(console: Client, alices_tenant: Tenant) -> None:
    number = alices_tenant.number
    BusinessNumber.objects.filter(pk=number.pk)._raw_delete("default")
    number.refresh_from_db()
    assert "was restored" in press(console, number, "restore")
    assert BusinessNumber.objects.get(pk=number.pk).deleted_at is None


@pytest.mark.parametrize(
    ("first", "said"), [(trash.remove, "already permanently removed"), (trash.restore, "already restored")]
)
def test_a_row_that_was_already_restored_is_not_restored_again(
    console: Client, alices_tenant: Tenant, first: Any, said: str
) -> None:
    number = alices_tenant.number
    same = BusinessNumber.objects.filter(pk=number.pk)
    trash.discard(same)
    with before_statement('UPDATE "business_numbers"', lambda: first(same)):
        assert said in press(console, number, "restore")


def test_a_button_leads_back_to_its_page_and_never_to_another_site(console: Client, debit: Transaction) -> None:
    here = reverse("admin:billing_transaction_changelist")
    assert console.post(f"{url(debit, 'complete')}?back={here}").headers["Location"] == here
    other = Transaction.objects.create(user_id=debit.user_id, currency="USD", type="debit", amount=1)
    away = console.post(f"{url(other, 'complete')}?back=https://evil.example/").headers["Location"]
    assert away == reverse("admin:billing_transaction_change", args=[other.pk])
