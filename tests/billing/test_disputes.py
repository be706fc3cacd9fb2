from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows


def dispute(database: Database, credit: object, amount: object = None, key: str | None = None) -> Decimal:
    """Dispute a credit and return its refunded amount."""
    with database.as_service("service_role") as sql:
        query = "select refunded_amount from dispute_transaction(%s, %s, 'because', %s)"
        return sql(query, credit, amount, key).fetchone()[0]


def owed(database: Database) -> Decimal:
    query = "select coalesce(sum(amount), 0) from public.transactions where description = 'Owed after a dispute'"
    return database.owner(query).fetchone()[0]


def refused(database: Database, query: str, *params: Any) -> str | None:
    with pytest.raises(psycopg.errors.IntegrityError) as error, database.as_service("service_role") as sql:
        sql(query, *params)
    return error.value.diag.constraint_name


@pytest.fixture
def spent(database: Database, alices: Rows) -> Rows:
    """Alice has spent 30 of the 50 that she paid in."""
    with database.as_service("service_role") as sql:
        sql("select record_transaction(%s, 'debit', 30, 'USD', 'completed')", alices.user)
    return alices


def test_two_disputes_of_one_payment_owe_its_rest_once(database: Database, spent: Rows) -> None:
    assert dispute(database, spent.transaction, key="first") == 20
    assert (
        refused(database, "select dispute_transaction(%s, 50, null, 'second')", spent.transaction)
        == "refund_exceeds_amount"
    )
    assert refused(database, "select dispute_transaction(%s)", spent.transaction) == "refund_exceeds_amount"
    assert owed(database) == 30


def test_a_payment_that_is_owed_completely_can_not_be_refunded(database: Database, spent: Rows) -> None:
    dispute(database, spent.transaction)
    with pytest.raises(psycopg.errors.CheckViolation) as error, database.as_service("service_role") as sql:
        sql("select refund_transaction(%s)", spent.transaction)
    assert error.value.diag.constraint_name == "refund_exceeds_amount"
    assert str(error.value.diag.message_primary).endswith("has 0.00 USD left to refund")


def test_a_debt_is_not_paid_after_the_payment_was_refunded_in_another_way(database: Database, spent: Rows) -> None:
    dispute(database, spent.transaction)
    [debit] = database.owner("select id from public.transactions where description = 'Owed after a dispute'").fetchone()
    move = "update public.transactions set status = %s where id = %s"
    with database.as_service("service_role") as sql:
        sql(move, "failed", debit)
        # Nothing else has changed, so the attempt may be repeated.
        sql(move, "pending", debit)
        sql(move, "failed", debit)
        sql("select record_transaction(%s, 'credit', 60, 'USD', 'completed')", spent.user)
        sql("update public.wallets set is_active = true")
        sql("select refund_transaction(%s)", spent.transaction)
    for status in ("completed", "pending"):
        assert refused(database, move, status, debit) == "refund_exceeds_amount"
    assert database.owner("select balance_usd from public.wallets where user_id = %s", spent.user).fetchone() == (30,)


def test_disputes_of_parts_add_up_to_the_payment(database: Database, spent: Rows) -> None:
    assert dispute(database, spent.transaction, 25, "first") == 20
    assert dispute(database, spent.transaction, 25, "second") == 20
    assert owed(database) == 30
    assert dispute(database, spent.transaction, 25, "second") == 20
    assert owed(database) == 30


def test_a_key_used_for_another_amount_is_refused(database: Database, spent: Rows) -> None:
    dispute(database, spent.transaction, 25, "first")
    assert (
        refused(database, "select dispute_transaction(%s, 10, null, 'first')", spent.transaction)
        == "idempotency_key_reused"
    )


@pytest.mark.parametrize("how", ["select refund_transaction(%s, 30)", "update public.transactions set status = 'refunded' where id = %s", "update public.transactions set refunded_amount = 50 where id = %s"])  # fmt: skip
def test_a_disputed_amount_can_not_be_refunded_again(database: Database, spent: Rows, how: str) -> None:
    dispute(database, spent.transaction)
    with database.as_service("service_role") as sql:
        sql("select record_transaction(%s, 'credit', 100, 'USD', 'completed')", spent.user)
    assert refused(database, how, spent.transaction) == "refund_exceeds_amount"


def test_a_debt_that_is_forgiven_can_be_taken_back_by_a_refund(database: Database, spent: Rows) -> None:
    dispute(database, spent.transaction)
    with database.as_service("service_role") as sql:
        sql("update public.transactions set status = 'failed' where description = 'Owed after a dispute'")
        sql("select record_transaction(%s, 'credit', 100, 'USD', 'completed')", spent.user)
        assert sql("select status from refund_transaction(%s)", spent.transaction).fetchone() == ("refunded",)
    assert database.owner("select balance_usd from public.wallets where user_id = %s", spent.user).fetchone()[0] == 70
    assert database.owner("select * from private.ledger_problems()").fetchall() == []
