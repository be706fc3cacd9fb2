"""The first row's trigger posts all rows of a statement, wherever the rows that move money stand in it."""

from decimal import Decimal

from tests.database import Database
from tests.tenant_rows import Rows


def money(database: Database, rows: Rows) -> tuple[Decimal, Decimal]:
    return database.owner("select balance_usd, held_usd from public.wallets where user_id = %s", rows.user).fetchone()


def contradictions(database: Database) -> list[tuple[object, ...]]:
    return database.owner("select * from private.ledger_problems()").fetchall()


def insert(database: Database, rows: Rows, *described: tuple[str, int, str, bool]) -> None:
    """Insert transactions of (type, amount, status, hold) by one statement, in this order."""
    with database.as_service("service_role") as sql:
        sql(
            "insert into public.transactions (user_id, currency, type, amount, status, hold)"
            " select %s, 'USD', x.type::public.transaction_type, x.amount, x.status::public.transaction_status, x.hold"
            " from unnest(%s::text[], %s::numeric[], %s::text[], %s::bool[]) with ordinality as x (type, amount, status, hold, n)"
            " order by x.n",
            rows.user, *(list(column) for column in zip(*described, strict=True)),
        )  # fmt: skip


def test_rows_that_move_nothing_come_first_in_an_insert(database: Database, alices: Rows) -> None:
    insert(
        database, alices,
        ("credit", 100, "pending", False), ("debit", 7, "failed", False), ("debit", 8, "failed", True),
        ("credit", 20, "completed", False), ("debit", 5, "pending", True), ("debit", 30, "completed", False),
    )  # fmt: skip
    assert money(database, alices) == (40, 5)
    assert contradictions(database) == []


def test_a_hold_comes_before_the_completions_of_an_insert(database: Database, alices: Rows) -> None:
    insert(
        database, alices,
        ("debit", 5, "pending", True), ("credit", 1, "completed", False), ("debit", 6, "pending", True),
        ("credit", 2, "completed", False),
    )  # fmt: skip
    assert money(database, alices) == (53, 11)
    assert contradictions(database) == []


def test_an_update_completes_some_rows_and_leaves_others(database: Database, alices: Rows) -> None:
    insert(
        database, alices,
        ("credit", 10, "completed", False), ("credit", 20, "pending", False), ("debit", 5, "pending", True),
        ("credit", 3, "failed", False),
    )  # fmt: skip
    with database.as_service("service_role") as sql:
        changed = sql(
            "update public.transactions set status = 'completed', description = 'paid' where user_id = %s"
            " returning id", alices.user,
        ).fetchall()  # fmt: skip
        assert len(changed) > 3
    assert money(database, alices) == (50 + 10 + 20 - 5 + 3, 0)
    assert contradictions(database) == []


def test_an_edit_of_many_posted_rows_moves_nothing(database: Database, alices: Rows) -> None:
    insert(database, alices, ("credit", 10, "completed", False), ("credit", 20, "completed", False))
    with database.as_service("service_role") as sql:
        sql("update public.transactions set description = 'edited' where user_id = %s", alices.user)
        sql("update public.transactions set description = 'edited' where user_id = %s and amount = 10", alices.user)
    assert money(database, alices) == (80, 0)
    assert contradictions(database) == []


def test_a_merge_inserts_and_completes_in_one_statement(database: Database, alices: Rows) -> None:
    insert(database, alices, ("credit", 10, "pending", False), ("credit", 20, "pending", False))
    with database.as_service("service_role") as sql:
        sql(
            "merge into public.transactions t using (values (10), (20), (30), (40)) as x (amount)"
            " on t.user_id = %s and t.amount = x.amount and t.status = 'pending'"
            " when matched then update set status = 'completed'"
            " when not matched then insert (user_id, currency, type, amount, status)"
            " values (%s, 'USD', 'credit', x.amount, 'completed')",
            alices.user, alices.user,
        )  # fmt: skip
    assert money(database, alices) == (150, 0)
    assert contradictions(database) == []


def test_two_inserts_of_one_query_are_both_posted(database: Database, alices: Rows, bobs: Rows) -> None:
    with database.as_service("service_role") as sql:
        sql(
            "with first as (insert into public.transactions (user_id, currency, type, amount, status)"
            " values (%s, 'USD', 'credit', 1, 'pending'), (%s, 'USD', 'credit', 2, 'completed') returning id)"
            " insert into public.transactions (user_id, currency, type, amount, status)"
            " values (%s, 'USD', 'credit', 4, 'completed')",
            alices.user, alices.user, bobs.user,
        )  # fmt: skip
    assert money(database, alices) == (52, 0)
    assert money(database, bobs) == (54, 0)
    assert contradictions(database) == []


def test_a_number_that_goes_leaves_the_balances_of_its_charges(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        for amount in (1, 2):
            sql(
                "insert into public.transactions (user_id, currency, type, amount, status, business_number_id)"
                " values (%s, 'USD', 'debit', %s, 'completed', %s)", alices.user, amount, alices.number,
            )  # fmt: skip
    database.owner("delete from public.business_numbers where id = %s", alices.number)
    database.owner("delete from public.business_numbers where id = %s", alices.number)
    assert money(database, alices) == (47, 0)
    assert contradictions(database) == []


def test_a_refund_that_waited_comes_after_the_completion_in_the_events_of_many(
    database: Database, alices: Rows
) -> None:
    with database.as_service("service_role") as sql:
        sql("select * from public.record_refund('pi_2', 're_2', 'succeeded', 5, 'USD')")
        sql(
            "insert into public.transactions (user_id, currency, type, amount, status, stripe_payment_intent_id)"
            " values (%s, 'USD', 'credit', 10, 'completed', 'pi_1'), (%s, 'USD', 'credit', 20, 'completed', 'pi_2')",
            alices.user, alices.user,
        )  # fmt: skip
    assert money(database, alices) == (75, 0)
    second = database.owner("select id from public.transactions where stripe_payment_intent_id = 'pi_2'").fetchone()[0]
    events = database.owner("select type from private.events where object_id = %s order by id", second).fetchall()
    assert events == [("transaction.completed",), ("transaction.refunded",)]
    assert contradictions(database) == []
