"""From Stripe's events to the ledger: an example for the UI's server.

Verify the signature first, with Stripe's library.
Stripe delivers events more than once, late, and in any order; each call here can be repeated without harm.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

# One statement as service_role, giving its rows. With supabase-py: client.rpc("record_transaction", {…}).execute().
Run = Callable[..., list[tuple[Any, ...]]]


def amount(minor_units: int) -> Decimal:
    """Stripe counts cents and paise."""
    return Decimal(minor_units) / 100


def apply(event: dict[str, Any], run: Run) -> None:
    """Applies one event. The payment intent was made with metadata={"user_id": …}."""
    thing = event["data"]["object"]
    match event["type"]:
        case "payment_intent.succeeded" | "payment_intent.payment_failed":
            succeeded = event["type"] == "payment_intent.succeeded"
            run(
                "select id from public.record_transaction(%s, 'credit', %s, %s, %s, 'Top-up by card',"
                " p_stripe_payment_intent_id => %s)",
                thing["metadata"]["user_id"],
                amount(thing["amount"]),
                thing["currency"].upper(),
                "completed" if succeeded else "failed",
                thing["id"],
            )
        case "charge.refunded":
            # amount_refunded is the sum of all refunds so far: a late event of an earlier one changes nothing.
            run(
                "update public.transactions set refunded_amount = %s"
                " where stripe_payment_intent_id = %s and type = 'credit' and refunded_amount < %s",
                amount(thing["amount_refunded"]),
                thing["payment_intent"],
                amount(thing["amount_refunded"]),
            )
        case "charge.dispute.created":
            run(
                "select d.id from public.transactions t,"
                " public.dispute_transaction(t.id, %s, 'Stripe dispute: ' || %s, %s) d"
                " where t.stripe_payment_intent_id = %s and t.type = 'credit'",
                amount(thing["amount"]),
                thing["reason"],
                thing["id"],
                thing["payment_intent"],
            )
