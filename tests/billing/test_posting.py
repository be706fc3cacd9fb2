import hashlib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows


def balance(database: Database, rows: Rows) -> Decimal:
    return database.owner("select balance_usd from public.wallets where user_id = %s", rows.user).fetchone()[0]


def record(sql, rows: Rows, kind: str = "debit", amount: object = 10, status: str = "completed", **more: object):
    columns = {
        "user_id": rows.user,
        "type": kind,
        "amount": amount,
        "currency": "USD",
        "status": status,
        **more,
    }
    marks = ", ".join(["%s"] * len(columns))
    query = f"insert into public.transactions ({', '.join(columns)}) values ({marks}) returning id"
    return sql(query, *columns.values()).fetchone()[0]


def refused(database: Database, query: str, *params: object) -> str | None:
    with pytest.raises(psycopg.errors.CheckViolation) as error, database.as_service("service_role") as sql:
        sql(query, *params)
    return error.value.diag.constraint_name


def test_money_moves_when_a_transaction_is_inserted_completed(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        record(sql, alices)
    assert balance(database, alices) == 40


def test_completing_a_pending_transaction_twice_moves_money_once(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        debit = record(sql, alices, status="pending")
    assert balance(database, alices) == 50
    for _ in range(3):
        with database.as_service("service_role") as sql:
            sql("update public.transactions set status = 'completed' where id = %s", debit)
    assert balance(database, alices) == 40


def test_a_wallet_is_made_on_first_need(database: Database) -> None:
    user = database.account("new@example.com")
    with database.as_service("service_role") as sql:
        sql(
            "insert into public.transactions (user_id, type, amount, currency, status)"
            " values (%s, 'credit', 7, 'INR', 'completed')",
            user,
        )
    wallet = database.owner("select balance_usd, balance_inr, currency from public.wallets where user_id = %s", user)
    assert wallet.fetchone() == (0, 7, "INR")


def test_a_debit_above_the_balance_is_refused_with_the_available_amount(database: Database, alices: Rows) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as error, database.as_service("service_role") as sql:
        record(sql, alices, amount="50.01")
    diag = error.value.diag
    assert diag.constraint_name == "wallet_balance_not_negative"
    assert diag.message_detail == '{"required" : "50.01", "available" : "50.00", "currency" : "USD"}'
    assert balance(database, alices) == 50


@pytest.mark.parametrize("change", ["hold = false, amount = 10.01", "amount = 10.01"])
def test_a_capture_can_not_exceed_its_hold(database: Database, alices: Rows, change: str) -> None:
    with database.as_service("service_role") as sql:
        hold = record(sql, alices, status="pending", hold=True)
    capture = f"update public.transactions set status = 'completed', {change} where id = %s"
    assert refused(database, capture, hold) == "capture_exceeds_hold"


@pytest.mark.parametrize("expires_at", ["infinity", "-infinity", "294276-12-31 20:00+00"])
def test_a_hold_can_not_expire_at_a_time_that_clients_can_not_read(
    database: Database, alices: Rows, expires_at: str
) -> None:
    insert = (
        "insert into public.transactions (user_id, type, amount, currency, hold, expires_at)"
        " values (%s, 'debit', 1, 'USD', true, %s)"
    )
    assert refused(database, insert, alices.user, expires_at) == "transaction_expires_within_calendar"


@pytest.mark.parametrize("amount", ["0", "-1", "NaN"])
def test_an_amount_that_is_not_a_positive_number_is_refused(database: Database, alices: Rows, amount: str) -> None:
    with database.as_service("service_role") as sql:
        pending = record(sql, alices, status="pending")
    for query, params in (
        (
            "insert into public.transactions (user_id, type, amount, currency) values (%s, 'credit', %s, 'USD')",
            [alices.user, amount],
        ),
        ("update public.transactions set amount = %s where id = %s", [amount, pending]),
    ):
        assert refused(database, query, *params) == "transaction_amount_positive"


def test_a_posted_transaction_is_frozen(database: Database, alices: Rows, bobs: Rows) -> None:
    with database.as_service("service_role") as sql:
        posted = record(sql, alices, "credit", stripe_payment_intent_id="pi_1")
        sql("update public.transactions set refunded_amount = 5 where id = %s", posted)
    for change in (
        f"user_id = '{bobs.user}'",
        "amount = 1",
        "currency = 'INR'",
        "type = 'debit'",
        "created_at = now() - interval '1 day'",
        "idempotency_key = 'other'",
        "hold = true",
        "stripe_payment_intent_id = 'pi_2'",
        "stripe_payment_intent_id = null",
        "refunded_amount = 4",
    ):
        assert (
            refused(database, f"update public.transactions set {change} where id = %s", posted)
            == "transaction_is_posted"
        ), change


def test_a_posted_transaction_may_still_be_described(database: Database, alices: Rows) -> None:
    change = """update public.transactions set description = 'Top-up', metadata = '{"invoice": 7}' where id = %s"""
    with database.as_service("service_role") as sql:
        sql(change, alices.transaction)
    now = "select description, metadata from public.transactions where id = %s"
    assert database.owner(now, alices.transaction).fetchone() == ("Top-up", {"invoice": 7})


def test_an_upsert_of_the_same_row_changes_nothing(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        for _ in range(2):
            sql(
                "insert into public.transactions (user_id, type, amount, currency, status, stripe_payment_intent_id)"
                " values (%s, 'credit', 5, 'USD', 'completed', 'pi_1')"
                " on conflict (stripe_payment_intent_id, type) do update set status = excluded.status",
                alices.user,
            )
    assert balance(database, alices) == 55


@pytest.mark.parametrize(
    ("start", "end", "allowed"),
    [
        ("pending", "completed", True),
        ("pending", "failed", True),
        ("pending", "refunded", False),
        ("failed", "pending", True),
        ("failed", "completed", True),
        ("failed", "refunded", False),
        ("completed", "pending", False),
        ("completed", "failed", False),
        ("completed", "refunded", True),
        ("refunded", "completed", False),
        ("refunded", "pending", False),
    ],
)
def test_a_transaction_passes_through_its_states_in_order(
    database: Database, alices: Rows, start: str, end: str, allowed: bool
) -> None:
    with database.as_service("service_role") as sql:
        row = record(sql, alices, status="completed" if start == "refunded" else start)
        if start == "refunded":
            sql("update public.transactions set status = 'refunded' where id = %s", row)
    change = "update public.transactions set status = %s where id = %s"
    if allowed:
        with database.as_service("service_role") as sql:
            assert sql(change, end, row).rowcount == 1
    else:
        assert refused(database, change, end, row) == "transaction_status_transition"


def test_a_transaction_can_not_begin_as_refunded(database: Database, alices: Rows) -> None:
    query = "insert into public.transactions (user_id, type, amount, currency, status) values (%s, 'credit', 1, 'USD', 'refunded')"
    assert refused(database, query, alices.user) == "transaction_status_transition"


def test_a_refund_without_an_amount_refunds_all_that_is_left(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        debit = record(sql, alices, amount=30)
        sql("update public.transactions set refunded_amount = 12 where id = %s", debit)
    assert balance(database, alices) == 32
    with database.as_service("service_role") as sql:
        sql("update public.transactions set status = 'refunded' where id = %s", debit)
    assert balance(database, alices) == 50
    kinds = database.owner(
        "select kind, amount from public.ledger_entries where transaction_id = %s order by seq", debit
    )
    assert kinds.fetchall() == [("post", -30), ("refund", 12), ("refund", 18)]


def test_a_hold_reserves_and_its_capture_takes_at_most_what_it_holds(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        hold = record(sql, alices, amount=40, status="pending", hold=True)
    assert database.owner("select held_usd from public.wallets").fetchone() == (40,)
    with pytest.raises(psycopg.errors.CheckViolation), database.as_service("service_role") as sql:
        record(sql, alices, amount=11)
    capture = "update public.transactions set status = 'completed', amount = %s where id = %s"
    assert refused(database, capture, 41, hold) == "capture_exceeds_hold"
    with database.as_service("service_role") as sql:
        sql(capture, 25, hold)
    assert database.owner("select balance_usd, held_usd from public.wallets").fetchone() == (25, 0)


def test_a_failed_hold_is_released(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        hold = record(sql, alices, amount=40, status="pending", hold=True)
        sql("update public.transactions set status = 'failed' where id = %s", hold)
    assert database.owner("select balance_usd, held_usd from public.wallets").fetchone() == (50, 0)


def test_a_stopped_wallet_takes_credits_but_no_debits(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        sql("update public.wallets set is_active = false")
        record(sql, alices, kind="credit")
    with pytest.raises(psycopg.errors.CheckViolation) as error, database.as_service("service_role") as sql:
        record(sql, alices)
    assert error.value.diag.constraint_name == "wallet_is_active"


def test_many_rows_in_one_statement_are_each_posted_credits_first(database: Database) -> None:
    user = database.account("new@example.com")
    with database.as_service("service_role") as sql:
        sql(
            "insert into public.transactions (user_id, type, amount, currency, status)"
            " select %s, t::public.transaction_type, 10, 'USD', 'completed'"
            " from unnest(array['debit', 'credit', 'debit', 'credit', 'credit']) t",
            user,
        )
    entries = database.owner(
        "select seq, balance_after from public.ledger_entries where user_id = %s order by seq", user
    )
    assert entries.fetchall() == [(1, 10), (2, 20), (3, 30), (4, 20), (5, 10)]


def test_many_rows_write_a_wallet_once_however_many_they_are(database: Database, alices: Rows, bobs: Rows) -> None:
    """A write for each row took minutes for a hundred thousand, since old versions pile up until the transaction ends."""
    with database.connect() as connection, connection.transaction():
        connection.execute(
            "insert into public.transactions (user_id, type, amount, currency, status, hold)"
            " select u, t.type::public.transaction_type, 1, t.currency, t.status::public.transaction_status, t.hold"
            " from unnest(%s::uuid[]) u, generate_series(1, 100),"
            " (values ('credit', 'USD', 'completed', false), ('credit', 'INR', 'completed', false),"
            "         ('debit', 'USD', 'pending', true), ('debit', 'INR', 'completed', false)) t(type, currency, status, hold)",
            [[alices.user, bobs.user]],
        )
        writes = connection.execute(
            "select n_tup_upd from pg_stat_xact_user_tables where relname = 'wallets'"
        ).fetchone()
    assert writes == (2,)
    wallets = database.owner("select balance_usd, held_usd, balance_inr, held_inr, ledger_seq from public.wallets")
    assert wallets.fetchall() == [(150, 100, 0, 0, 301)] * 2
    assert database.owner("select * from private.ledger_problems()").fetchall() == []


def test_the_first_of_several_debits_above_the_balance_names_the_available_amount(
    database: Database, alices: Rows
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as error, database.as_service("service_role") as sql:
        sql(
            "insert into public.transactions (user_id, type, amount, currency, status)"
            " select %s, 'debit', 20, 'USD', 'completed' from generate_series(1, 3)",
            alices.user,
        )
    diag = error.value.diag
    assert diag.constraint_name == "wallet_balance_not_negative"
    assert diag.message_detail == '{"required" : "20.00", "available" : "10.00", "currency" : "USD"}'
    assert balance(database, alices) == 50


def test_sixteen_callers_can_not_spend_a_hundred_twice(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        record(sql, alices, kind="credit", amount=50)

    def spend(_: int) -> bool:
        with database.connect() as connection:
            try:
                record(lambda query, *params: connection.execute(query, params), alices, amount=20)
            except psycopg.errors.CheckViolation:
                return False
            return True

    with ThreadPoolExecutor(16) as pool:
        spent = sum(pool.map(spend, range(16)))
    assert spent == 5
    assert balance(database, alices) == 0


def test_opposite_bulk_updates_do_not_deadlock(database: Database, alices: Rows, bobs: Rows) -> None:
    with database.as_service("service_role") as sql:
        rows = [
            record(sql, who, kind="credit", amount=1, status="pending") for who in (alices, bobs) for _ in range(40)
        ]

    def complete(order: list) -> None:
        with database.connect() as connection:
            for start in range(0, len(order), 10):
                connection.execute(
                    "update public.transactions set status = 'completed' where id = any(%s)",
                    [order[start : start + 10]],
                )

    halves = [rows[::2], rows[1::2][::-1]]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(complete, halves))
    assert (balance(database, alices), balance(database, bobs)) == (90, 90)


def test_the_ledger_is_append_only_for_its_owner_too(database: Database, alices: Rows) -> None:
    for query in (
        "update public.ledger_entries set amount = 1",
        "delete from public.ledger_entries",
        "truncate public.ledger_entries",
        "truncate public.transactions cascade",
        "delete from public.transactions",
        "delete from public.wallets",
    ):
        with pytest.raises(psycopg.errors.CheckViolation) as error:
            database.owner(query)
        assert error.value.diag.constraint_name == "transaction_is_posted", query


def test_each_entry_carries_the_hash_of_the_one_before(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        for _ in range(3):
            record(sql, alices, amount=1)
    entries = database.owner("select * from public.ledger_entries order by seq")
    names = [column.name for column in entries.description or ()]
    previous = b""
    for row in entries.fetchall():
        entry = dict(zip(names, row, strict=True))
        fields = ("id", "user_id", "wallet_id", "transaction_id", "seq", "kind", "currency", "amount", "balance_after")
        said = [
            *(str(entry[name]) for name in fields),
            entry["contra"],
            f"{int(entry['created_at'].timestamp())}.{entry['created_at']:%f}",
        ]
        assert entry["hash"] == hashlib.sha256(previous + "|".join(said).encode()).digest()
        previous = entry["hash"]
    head = database.owner("select ledger_seq, ledger_hash from public.wallets").fetchone()
    assert head == (entry["seq"], previous)


HOLD = {"kind": "debit", "amount": 5, "hold": True, "status": "pending"}


@pytest.mark.parametrize("change", ["user_id = '{bob}'", "currency = 'INR'", "type = 'credit', hold = false"])
def test_a_hold_can_not_move_to_another_account_currency_or_type(
    database: Database, alices: Rows, bobs: Rows, change: str
) -> None:
    with database.as_service("service_role") as sql:
        record(sql, alices, **HOLD)
    with pytest.raises(psycopg.errors.CheckViolation) as error, database.as_service("service_role") as sql:
        sql(f"update public.transactions set {change.format(bob=bobs.user)} where hold")
    assert error.value.diag.constraint_name == "transaction_is_posted"
    assert "holds money" in error.value.diag.message_primary
    assert database.owner("select * from private.ledger_problems()").fetchall() == []


def test_one_idempotency_key_makes_one_transaction_per_account(database: Database, alices: Rows, bobs: Rows) -> None:
    with database.as_service("service_role") as sql:
        record(sql, alices, amount=1, idempotency_key="k")
        record(sql, bobs, amount=1, idempotency_key="k")
    with pytest.raises(psycopg.errors.UniqueViolation) as error, database.as_service("service_role") as sql:
        record(sql, alices, amount=1, idempotency_key="k")
    assert error.value.diag.constraint_name == "idempotency_key_reused"


def test_a_payment_intent_is_recorded_once_per_type(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        record(sql, alices, amount=1, stripe_payment_intent_id="pi_1")
        record(sql, alices, kind="credit", amount=1, stripe_payment_intent_id="pi_1")
    with pytest.raises(psycopg.errors.UniqueViolation) as error, database.as_service("service_role") as sql:
        record(sql, alices, amount=1, stripe_payment_intent_id="pi_1")
    assert error.value.diag.constraint_name == "transaction_payment_intent_once"


@pytest.mark.slow
def test_twenty_thousand_rows_are_posted_quickly_with_a_plan_for_few_rows(database: Database, alices: Rows) -> None:
    """A connection keeps the plans of a trigger. A nested loop, right for one row, would take minutes here."""
    complete = "update public.transactions set status = 'completed' where status = 'pending'"
    insert = (
        "insert into public.transactions (user_id, type, amount, currency)"
        " select %s, 'credit', 1, 'USD' from generate_series(1, %s)"
    )
    with database.connect() as connection:
        # Two rows in one statement, repeated until PostgreSQL keeps the plan.
        for count in (1, 2, 2, 2, 2, 2, 2, 1):
            connection.execute(insert, [alices.user, count])
            assert connection.execute(complete).rowcount == count
        connection.execute(insert, [alices.user, 20_000])
        connection.execute("set statement_timeout = '40s'")
        assert connection.execute(complete).rowcount == 20_000
    assert balance(database, alices) == 50 + 14 + 20_000


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("id = gen_random_uuid()", "transaction_is_posted"),
        ("currency = 'EUR'", "transaction_currency_known"),
        ("hold = true, type = 'credit'", "hold_is_debit"),
        ("amount = 100000000", None),
    ],
)
def test_a_pending_transaction_can_not_have_impossible_values(
    database: Database, alices: Rows, change: str, rule: str | None
) -> None:
    with database.as_service("service_role") as sql:
        pending = record(sql, alices, status="pending")
    query = f"update public.transactions set {change} where id = %s"
    if rule:
        assert refused(database, query, pending) == rule
    else:
        with pytest.raises(psycopg.errors.NumericValueOutOfRange), database.as_service("service_role") as sql:
            sql(query, pending)


def test_a_wallet_in_an_unknown_currency_is_refused(database: Database, alices: Rows) -> None:
    change = "update public.wallets set currency = 'EUR' where user_id = %s"
    assert refused(database, change, alices.user) == "wallet_currency_known"
    with pytest.raises(psycopg.errors.CheckViolation), database.as_service("service_role") as sql:
        sql("insert into public.wallets (user_id, currency) values (%s, 'EUR')", database.account("carol@example.com"))


def test_the_entry_of_a_completion_has_the_id_of_its_transaction(database: Database, alices: Rows) -> None:
    """Its primary key then refuses a second posting."""
    insert = (
        "insert into public.transactions (user_id, type, amount, currency, status)"
        " select %s, 'credit', 10, 'USD', 'completed' from generate_series(1, %s) returning id"
    )
    with database.as_service("service_role") as sql:
        [one], many = sql(insert, alices.user, 1).fetchall(), sql(insert, alices.user, 2).fetchall()
        sql("update public.transactions set refunded_amount = 4 where id = %s", one[0])
    entries = database.owner(
        "select transaction_id, id = transaction_id, kind from public.ledger_entries where transaction_id = any(%s)",
        [row[0] for row in (one, *many)],
    ).fetchall()
    assert sorted((kind, same) for _, same, kind in entries) == [("post", True)] * 3 + [("refund", False)]


def test_rows_of_one_statement_are_posted_together_however_they_are_written(database: Database, alices: Rows) -> None:
    """An upsert inserts one row and updates another, and two parts of a query write a row each."""
    with database.as_service("service_role") as sql:
        pending = sql(
            "insert into public.transactions (user_id, type, amount, currency, idempotency_key)"
            " values (%s, 'credit', 7, 'USD', 'upserted') returning id",
            alices.user,
        ).fetchone()[0]
        before = sql("select balance_usd from public.wallets where user_id = %s", alices.user).fetchone()[0]
        sql(
            "insert into public.transactions (user_id, type, amount, currency, status, idempotency_key)"
            " select %s, 'credit', 7, 'USD', 'completed', k from unnest(array['upserted', 'inserted']) k"
            " on conflict (user_id, idempotency_key) do update set status = 'completed'",
            alices.user,
        )
        sql(
            "with one as (insert into public.transactions (user_id, type, amount, currency, status)"
            "             values (%s, 'debit', 2, 'USD', 'completed'))"
            " insert into public.transactions (user_id, type, amount, currency, status)"
            " values (%s, 'debit', 3, 'USD', 'completed')",
            alices.user,
            alices.user,
        )
        after = sql("select balance_usd from public.wallets where user_id = %s", alices.user).fetchone()[0]
        assert sql("select status from public.transactions where id = %s", pending).fetchone() == ("completed",)
    assert after - before == 7 + 7 - 2 - 3
    assert database.owner("select * from private.ledger_problems()").fetchall() == []
