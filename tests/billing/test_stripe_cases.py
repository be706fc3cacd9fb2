"""Orders of Stripe's events that once lost money, over this site's receiver and over the example of the docs."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from billing import tasks
from billing.models import Payment, StripeEvent, Wallet
from tests.billing.stripe_account import Event, StripePayment
from tests.billing.test_receiver import SECRET, send
from tests.billing.test_stripe import example
from tests.database import Database


def refund_first(payment: StripePayment) -> list[Event]:
    payment.succeed()
    payment.refund(1000)
    return payment.events[::-1]


def dispute_first(payment: StripePayment) -> list[Event]:
    payment.succeed()
    payment.dispute(2500)
    return payment.events[::-1]


def refund_and_dispute_of_all(payment: StripePayment) -> list[Event]:
    payment.succeed()
    payment.refund(1000)
    payment.dispute(2500)
    return payment.events


def dispute_of_more(payment: StripePayment) -> list[Event]:
    payment.succeed()
    payment.dispute(2610)
    return payment.events


def dispute_then_refund(payment: StripePayment) -> list[Event]:
    payment.succeed()
    payment.dispute(1000)
    payment.refund(1000)
    # Only the sum, which API versions without refund objects send.
    return [event for event in payment.events if event["type"] != "refund.created"]


def dispute_won_and_refunded_later(payment: StripePayment) -> list[Event]:
    payment.succeed()
    payment.close(payment.dispute(2500), "won")
    payment.refund(1000)
    return payment.events


def refund_failed(payment: StripePayment) -> list[Event]:
    payment.succeed()
    payment.settle(payment.refund(1000), "failed")
    return payment.events


def warning(payment: StripePayment) -> list[Event]:
    payment.succeed()
    payment.dispute(2500, "warning_needs_response")
    return payment.events


# The final balance, whether the wallet is active, and the loss of the platform.
CASES: dict[Callable[[StripePayment], list[Event]], tuple[Decimal, bool, Decimal]] = {
    refund_first: (Decimal("15.00"), True, Decimal("0")),
    dispute_first: (Decimal("0.00"), True, Decimal("0")),
    refund_and_dispute_of_all: (Decimal("0.00"), False, Decimal("10.00")),
    dispute_of_more: (Decimal("0.00"), True, Decimal("1.10")),
    dispute_then_refund: (Decimal("5.00"), True, Decimal("0")),
    dispute_won_and_refunded_later: (Decimal("15.00"), True, Decimal("0")),
    refund_failed: (Decimal("25.00"), True, Decimal("0")),
    warning: (Decimal("25.00"), True, Decimal("0")),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_each_order_ends_in_the_right_balance_over_the_receiver(
    db: None, client: Client, settings: Any, alice: UUID, case: Any
) -> None:
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_LIVE_MODE = [SECRET], True
    payment = StripePayment(str(alice), 2500)
    events = case(payment)
    for event in (*events, events[0]):
        assert send(client, event).status_code == 200
        for kept in StripeEvent.objects.filter(applied_at=None):
            tasks.apply_stripe_event(event=kept.pk)
    wallet = Wallet.objects.get(user_id=alice)
    found = Payment.objects.get(pk=payment.id)
    assert (wallet.balance_usd, wallet.is_active, found.lost_amount) == CASES[case]
    assert not StripeEvent.objects.filter(applied_at=None).exists()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_each_order_ends_in_the_right_balance_over_the_example(database: Database, case: Any) -> None:
    payment = StripePayment(str(database.account("payer@example.com")), 2500)
    events = case(payment)
    for event in (*events, events[0]):
        with database.as_service("service_role") as sql:
            example.apply(json.loads(json.dumps(event)), lambda query, *params, sql=sql: sql(query, *params).fetchall())
    query = (
        "select w.balance_usd, w.is_active, p.lost_amount"
        " from public.wallets w join private.payments p on p.user_id = w.user_id"
    )
    assert database.owner(query).fetchall() == [CASES[case]]
    assert database.owner("select problem, detail from private.ledger_problems()").fetchall() == []
