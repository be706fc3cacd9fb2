"""The example of docs/examples, with events of the shape that Stripe sends."""

import importlib.util
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from aira.embedded import PROJECT
from tests.database import Database
from tests.tenant_rows import Rows

spec = importlib.util.spec_from_file_location("stripe_webhook", PROJECT / "docs/examples/stripe_webhook.py")
assert spec
assert spec.loader
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)

INTENT = "pi_3PqLxy2eZvKYlo2C1aBcDeFg"


def intent(kind: str, user: object, cents: int = 2000) -> dict[str, Any]:
    return {
        "id": f"evt_{kind}",
        "object": "event",
        "api_version": "2025-09-30.clover",
        "type": f"payment_intent.{kind}",
        "data": {
            "object": {
                "id": INTENT,
                "object": "payment_intent",
                "amount": cents,
                "amount_received": cents if kind == "succeeded" else 0,
                "currency": "usd",
                "status": "succeeded" if kind == "succeeded" else "requires_payment_method",
                "last_payment_error": None if kind == "succeeded" else {"code": "card_declined"},
                "metadata": {"user_id": str(user)},
            }
        },
    }


def refunded(cents: int) -> dict[str, Any]:
    charge = {
        "id": "ch_1",
        "object": "charge",
        "amount": 2000,
        "amount_refunded": cents,
        "refunded": cents == 2000,
        "payment_intent": INTENT,
        "currency": "usd",
    }
    return {"id": f"evt_r{cents}", "object": "event", "type": "charge.refunded", "data": {"object": charge}}


def disputed(cents: int = 2000) -> dict[str, Any]:
    dispute = {
        "id": "dp_1",
        "object": "dispute",
        "amount": cents,
        "charge": "ch_1",
        "payment_intent": INTENT,
        "reason": "fraudulent",
        "status": "needs_response",
    }
    return {"id": "evt_d", "object": "event", "type": "charge.dispute.created", "data": {"object": dispute}}


@pytest.fixture
def deliver(database: Database) -> Callable[[dict[str, Any]], None]:
    """Deliver events like the UI's server: each in its own request as service_role."""

    def deliver(event: dict[str, Any]) -> None:
        with database.as_service("service_role") as sql:

            def run(query: str, *params: object) -> list[tuple[Any, ...]]:
                cursor = sql(query, *params)
                return cursor.fetchall() if cursor.description else []

            example.apply(event, run)

    return deliver


def wallet(database: Database, rows: Rows) -> tuple[Decimal, bool]:
    found = database.owner("select balance_usd, is_active from public.wallets where user_id = %s", rows.user).fetchone()
    assert database.owner("select problem, detail from private.ledger_problems()").fetchall() == []
    return found


def spend(database: Database, rows: Rows, amount: int) -> None:
    with database.as_service("service_role") as sql:
        sql("select record_transaction(%s, 'debit', %s, 'USD', 'completed')", rows.user, amount)


def test_a_payment_that_failed_and_then_succeeded_is_posted_once_in_any_order(
    database: Database, alices: Rows, deliver: Any
) -> None:
    for kind in ("payment_failed", "succeeded", "succeeded", "payment_failed"):
        deliver(intent(kind, alices.user))
    assert wallet(database, alices) == (70, True)


@pytest.mark.parametrize("order", list(itertools.permutations([500, 1200, 2000])))
def test_partial_refunds_end_in_the_same_balance_in_any_order(
    database: Database, alices: Rows, deliver: Any, order: tuple[int, ...]
) -> None:
    deliver(intent("succeeded", alices.user))
    for cents in (*order, order[0]):
        deliver(refunded(cents))
    assert wallet(database, alices) == (50, True)
    row = database.owner(
        "select status, refunded_amount from public.transactions where stripe_payment_intent_id = %s", INTENT
    )
    assert row.fetchone() == ("refunded", 20)


def test_a_dispute_takes_the_money_back(database: Database, alices: Rows, deliver: Any) -> None:
    deliver(intent("succeeded", alices.user))
    for _ in range(3):
        deliver(disputed())
    assert wallet(database, alices) == (50, True)


def test_a_dispute_of_spent_money_takes_the_balance_and_records_the_rest_as_debt(
    database: Database, alices: Rows, deliver: Any
) -> None:
    deliver(intent("succeeded", alices.user))
    spend(database, alices, 62)
    for _ in range(3):
        deliver(disputed())
    assert wallet(database, alices) == (0, False)
    owed = database.owner("select amount, status from public.transactions where description = 'Owed after a dispute'")
    assert owed.fetchall() == [(12, "pending")]
    with pytest.raises(psycopg.errors.CheckViolation):
        spend(database, alices, 1)


def test_a_debt_is_paid_when_money_comes_in_and_the_wallet_is_active_again(
    database: Database, alices: Rows, deliver: Any
) -> None:
    deliver(intent("succeeded", alices.user))
    spend(database, alices, 70)
    deliver(disputed())
    with database.as_service("service_role") as sql:
        sql("select record_transaction(%s, 'credit', 25, 'USD', 'completed')", alices.user)
        sql("update public.wallets set is_active = true where user_id = %s", alices.user)
        sql("update public.transactions set status = 'completed' where description = 'Owed after a dispute'")
    assert wallet(database, alices) == (5, True)


def test_held_money_is_not_taken_by_a_dispute(database: Database, alices: Rows, deliver: Any) -> None:
    deliver(intent("succeeded", alices.user))
    with database.as_service("service_role") as sql:
        sql("select record_transaction(%s, 'debit', 65, 'USD', p_hold => true)", alices.user)
    deliver(disputed())
    assert wallet(database, alices) == (65, False)


@pytest.mark.parametrize("what", ["debit", "pending", "unknown"])
def test_only_a_completed_credit_can_be_disputed(database: Database, alices: Rows, what: str) -> None:
    with database.as_service("service_role") as sql:
        debit = sql("select id from record_transaction(%s, 'debit', 5, 'USD', 'completed')", alices.user).fetchone()[0]
        pending = sql("select id from record_transaction(%s, 'credit', 5, 'USD')", alices.user).fetchone()[0]
    target = {"debit": debit, "pending": pending, "unknown": alices.wallet}[what]
    with pytest.raises(psycopg.errors.CheckViolation) as refused, database.as_service("service_role") as sql:
        sql("select dispute_transaction(%s)", target)
    assert refused.value.diag.constraint_name == "dispute_of_completed_credit"
