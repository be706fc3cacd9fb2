"""The console and the API show the reports of a payment provider, and staff resolve differences."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from aira.adminkit.links import page_of
from aira.schema.sql_calls import rows
from billing.models import Payment, Transaction, Wallet
from tests.adminkit.test_transitions import press
from tests.billing.stripe_account import StripePayment


@pytest.fixture
def disputed(alice: UUID) -> Payment:
    """A payment of 25 by Alice, of which 10 are refunded and 20 disputed."""
    stripe = StripePayment(str(alice), 2500)
    stripe.succeed()
    stripe.refund(1000)
    stripe.dispute(2000)
    for event in stripe.events:
        rows("select * from public.record_stripe_event(%s)", json.dumps(event))
    return Payment.objects.get(pk=stripe.id)


@pytest.fixture
def waiting(db: None) -> Payment:
    rows("select * from public.record_refund('pi_unknown', 're_1', 'succeeded', 5, 'USD')")
    return Payment.objects.get(pk="pi_unknown")


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_payments_page_shows_its_reports_and_what_is_in_dispute(console: Client, disputed: Payment) -> None:
    text = page(console, page_of(disputed))
    assert "$25.00 paid, $10.00 refunded, $20.00 disputed, $5.00 lost by AiRa" in text
    assert "$20.00, evidence due 14 Oct 2026 17:46 UTC" in text
    for fact in disputed.facts.all():
        assert fact.object_id in text


def test_a_transactions_page_leads_to_its_payment(console: Client, disputed: Payment) -> None:
    text = page(console, reverse("admin:billing_transaction_change", args=[disputed.transaction_id]))
    assert page_of(disputed) in text


@pytest.mark.parametrize(("outcome", "balance", "active"), [("won", 15, True), ("lost", 0, False)])
def test_staff_close_a_dispute_that_the_provider_does_not_report(
    console: Client, disputed: Payment, alice: UUID, outcome: str, balance: int, active: bool
) -> None:
    dispute = disputed.facts.get(kind="dispute").object_id
    assert outcome in press(console, disputed, "close-dispute", dispute=dispute, outcome=outcome, reason="by phone")
    wallet = Wallet.objects.get(user_id=alice)
    assert (wallet.balance_usd, wallet.is_active) == (balance, active)


def test_the_start_page_counts_open_disputes_and_money_at_risk(
    console: Client, disputed: Payment, waiting: Payment
) -> None:
    text = page(console, reverse("admin:index"))
    assert "$20.00 at risk" in text
    for filters, shown, hidden in (("dispute=open", disputed, waiting), ("state=unsettled", waiting, disputed)):
        found = page(console, f"{reverse('admin:billing_payment_changelist')}?{filters}")
        assert shown.pk in found
        assert hidden.pk not in found


def test_a_payment_that_waits_is_tried_again_and_dismissed(console: Client, waiting: Payment) -> None:
    assert "waiting" in press(console, waiting, "retry")
    assert "was dismissed" in press(console, waiting, "dismiss", reason="another product's")
    waiting.refresh_from_db()
    assert waiting.state == "ignored"


def test_a_dispute_by_staff_with_the_providers_id_follows_the_providers_reports(
    console: Client, disputed: Payment, alice: UUID
) -> None:
    paid = Transaction.objects.create(
        user_id=alice, currency="USD", type="credit", amount=30, status="completed", stripe_payment_intent_id="pi_2"
    )
    assert "This is not a Stripe id of a dispute." in press(
        console, paid, "dispute", amount="30.00", dispute="D-17", reason="called"
    )
    press(console, paid, "dispute", amount="30.00", dispute="dp_17", reason="called")
    rows("select * from public.record_dispute('pi_2', 'dp_17', 'won', 30, 'USD')")
    paid.refresh_from_db()
    assert (paid.refunded_amount, paid.status) == (0, "completed")


def test_tools_read_payments_and_their_facts(api: Any, disputed: Payment, waiting: Payment) -> None:
    found = api.get(f"/api/v1/payments/{disputed.pk}/").json()
    assert (found["state"], found["lost_amount"]) == ("settled", "5.00")
    facts = api.get(f"/api/v1/payment-facts/?payment={disputed.pk}").json()["results"]
    assert {fact["kind"] for fact in facts} == {"payment", "refund", "total", "dispute"}
    assert [row["id"] for row in api.get("/api/v1/payments/?state=waiting").json()["results"]] == [waiting.pk]
    assert api.post("/api/v1/payments/", {}).status_code == 405
