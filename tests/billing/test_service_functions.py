from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.database import Database, Sql
from tests.tenant_rows import Rows

RECORD = (
    "select id, status from record_transaction(%(user)s, %(type)s, %(amount)s, %(currency)s, %(status)s,"
    " p_stripe_payment_intent_id => %(intent)s, p_idempotency_key => %(key)s, p_hold => %(hold)s)"
)


def record(database: Database, user: object, **given: Any) -> tuple[Any, str]:
    params = {"user": user, "type": "credit", "amount": 10, "currency": "USD", "status": "completed"}
    params |= {"intent": None, "key": None, "hold": False, **given}
    with database.as_service("service_role"):
        return database.kept("authenticator").execute(RECORD, params).fetchone()


def refund(database: Database, transaction: object, amount: object = None, key: str | None = None) -> tuple[Any, ...]:
    with database.as_service("service_role") as sql:
        return sql(
            "select status, refunded_amount from refund_transaction(%s, %s, 'because', %s)", transaction, amount, key
        ).fetchone()


def balance(database: Database, rows: Rows) -> Decimal:
    return database.owner("select balance_usd from public.wallets where user_id = %s", rows.user).fetchone()[0]


def problems(database: Database) -> set[str]:
    return {row[0] for row in database.owner("select problem from private.ledger_problems()")}


def rule(database: Database, function: Any, *args: Any, **kwargs: Any) -> str | None:
    with pytest.raises(psycopg.errors.IntegrityError) as error:
        function(database, *args, **kwargs)
    return error.value.diag.constraint_name


def test_the_same_key_and_content_give_the_first_row(database: Database, alices: Rows) -> None:
    first = record(database, alices.user, key="k")
    assert record(database, alices.user, key="k") == first
    assert balance(database, alices) == 60


@pytest.mark.parametrize("change", [{"amount": 11}, {"currency": "INR"}, {"type": "debit"}, {"intent": "pi_2"}])
def test_the_same_key_with_other_content_is_refused(database: Database, alices: Rows, change: dict[str, Any]) -> None:
    record(database, alices.user, key="k")
    assert rule(database, record, alices.user, key="k", **change) == "idempotency_key_reused"
    assert balance(database, alices) == 60


@pytest.mark.parametrize(
    ("events", "end", "total"),
    [
        (["completed", "completed", "completed"], "completed", 60),
        (["pending", "completed"], "completed", 60),
        (["failed", "completed"], "completed", 60),
        (["completed", "failed"], "completed", 60),
        (["completed", "pending"], "completed", 60),
        (["pending", "failed", "pending"], "failed", 50),
    ],
)
def test_late_repeated_and_reordered_reports_of_stripe_change_nothing(
    database: Database, alices: Rows, events: list[str], end: str, total: int
) -> None:
    seen = {record(database, alices.user, intent="pi_1", status=status)[0] for status in events}
    assert len(seen) == 1
    assert database.owner("select status from public.transactions where id = %s", seen.pop()).fetchone() == (end,)
    assert balance(database, alices) == total


def test_a_payment_intent_pays_one_amount_into_one_account(database: Database, alices: Rows, bobs: Rows) -> None:
    record(database, alices.user, intent="pi_1")
    assert rule(database, record, bobs.user, intent="pi_1") == "transaction_payment_intent_once"
    assert rule(database, record, alices.user, intent="pi_1", amount=99) == "transaction_payment_intent_once"


def test_a_storm_of_redeliveries_posts_once(database: Database, alices: Rows) -> None:
    def deliver(_: int) -> object:
        with database.connect() as connection:
            return connection.execute(
                "select id from public.record_transaction(%s, 'credit', 10, 'USD', 'completed',"
                " p_stripe_payment_intent_id => 'pi_1', p_idempotency_key => 'evt')",
                [alices.user],
            ).fetchone()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(deliver, range(64)))) == 1
    assert balance(database, alices) == 60
    assert problems(database) == set()


def test_sixteen_first_credits_make_one_wallet(database: Database) -> None:
    user = database.account("new@example.com")

    def credit(_: int) -> None:
        with database.connect() as connection:
            connection.execute("select public.record_transaction(%s, 'credit', 1, 'USD', 'completed')", [user])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(credit, range(16)))
    assert database.owner("select balance_usd from public.wallets where user_id = %s", user).fetchall() == [(16,)]
    assert problems(database) == set()


def test_refunds_in_parts_add_up_and_end_refunded(database: Database, alices: Rows) -> None:
    debit, _ = record(database, alices.user, type="debit", amount=30)
    assert refund(database, debit, 10) == ("completed", 10)
    assert refund(database, debit, "5.50") == ("completed", Decimal("15.50"))
    assert rule(database, refund, debit, 15) == "refund_exceeds_amount"
    assert refund(database, debit) == ("refunded", 30)
    assert refund(database, debit) == ("refunded", 30)
    assert balance(database, alices) == 50
    assert problems(database) == set()


@pytest.mark.parametrize("since", ["captured at less", "given a payment intent", "its number was purged"])
def test_a_repeated_call_returns_the_first_row_although_it_changed_since(
    database: Database, alices: Rows, since: str
) -> None:
    call = (
        "select id from record_transaction(%s, 'debit', %s, 'USD', p_idempotency_key => 'k', p_hold => true,"
        " p_business_number_id => %s)"
    )
    with database.as_service("service_role") as sql:
        [first] = sql(call, alices.user, 10, alices.number).fetchone()
        if since == "captured at less":
            sql("update transactions set status = 'completed', amount = 7 where id = %s", first)
        elif since == "given a payment intent":
            sql("update transactions set stripe_payment_intent_id = 'pi_later' where id = %s", first)
    if since == "its number was purged":
        with database.as_console() as sql:
            for _ in range(2):
                sql("delete from public.business_numbers where id = %s", alices.number)
    with database.as_service("service_role") as sql:
        assert sql(call, alices.user, 10, alices.number).fetchone() == (first,)
        with pytest.raises(psycopg.errors.UniqueViolation) as error:
            sql(call, alices.user, 6, alices.number)
    assert error.value.diag.constraint_name == "idempotency_key_reused"


def test_a_refund_with_the_same_key_happens_once(database: Database, alices: Rows) -> None:
    debit, _ = record(database, alices.user, type="debit", amount=30)
    for _ in range(3):
        assert refund(database, debit, 10, "r1") == ("completed", 10)
    assert rule(database, refund, debit, 11, "r1") == "idempotency_key_reused"
    assert balance(database, alices) == 30


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "0.001"])
def test_a_refund_without_a_positive_amount_is_refused(database: Database, alices: Rows, amount: str) -> None:
    debit, _ = record(database, alices.user, type="debit", amount=30)
    assert rule(database, refund, debit, amount) == "transaction_amount_positive"


def test_pending_and_unknown_transactions_can_not_be_refunded(database: Database, alices: Rows) -> None:
    pending, _ = record(database, alices.user, status="pending")
    assert rule(database, refund, pending) == "transaction_status_transition"
    assert rule(database, refund, alices.wallet) == "refund_of_known_transaction"


def test_a_credit_that_is_spent_can_not_be_refunded(database: Database, alices: Rows) -> None:
    record(database, alices.user, type="debit", amount=45)
    assert rule(database, refund, alices.transaction) == "wallet_balance_not_negative"
    assert balance(database, alices) == 5


def test_one_full_refund_and_eight_partial_ones_at_once_refund_the_amount_once(
    database: Database, alices: Rows
) -> None:
    debit, _ = record(database, alices.user, type="debit", amount=40)

    def give_back(amount: int | None) -> str | None:
        with database.connect() as connection:
            try:
                connection.execute("select public.refund_transaction(%s, %s)", [debit, amount])
            except psycopg.errors.CheckViolation as error:
                return error.diag.constraint_name
        return None

    with ThreadPoolExecutor(9) as pool:
        refusals = set(pool.map(give_back, [5, 5, 5, 5, None, 5, 5, 5, 5]))
    assert refusals <= {None, "refund_exceeds_amount"}
    assert balance(database, alices) == 50
    assert problems(database) == set()


@pytest.mark.parametrize("role", ["anon", "authenticated", "voice_agent", "kb_updater"])
def test_only_services_that_handle_money_record_and_refund(database: Database, alices: Rows, role: str) -> None:
    claims = {"role": role, "sub": str(alices.user)}
    for query in (
        f"select public.record_transaction('{alices.user}', 'credit', 1000, 'USD', 'completed')",
        f"select public.refund_transaction('{alices.transaction}')",
        f"select private.refund('{alices.transaction}', 1, null, null)",
        "select * from private.refunds",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.request(role, claims) as sql:
            sql(query)


def statement(sql: Sql, rows: Rows, start: datetime, end: datetime, currency: str = "USD") -> Any:
    return sql("select * from wallet_statement(%s, %s, %s, %s)", rows.user, start, end, currency).fetchone()


def test_a_statement_begins_where_the_one_before_ended(database: Database, alices: Rows, bobs: Rows) -> None:
    long_ago, soon = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=1)
    record(database, alices.user, type="debit", amount=20)
    middle = database.owner("select clock_timestamp()").fetchone()[0]
    record(database, alices.user, type="debit", amount=5)
    with database.as_user(alices.user) as sql:
        opening, entries, closing = statement(sql, alices, long_ago, soon)
        assert (opening, [entry["amount"] for entry in entries], closing) == (0, [50, -20, -5], 25)
        first, second = statement(sql, alices, long_ago, middle), statement(sql, alices, middle, soon)
        assert first[2] == second[0] == 30
        assert len(first[1]) + len(second[1]) == 3
        assert statement(sql, alices, long_ago, soon, "INR") == (0, [], 0)
    with database.as_user(bobs.user) as sql:
        assert statement(sql, alices, long_ago, soon) == (0, [], 0)


def test_a_statement_that_ends_before_it_begins_is_refused(database: Database, alices: Rows) -> None:
    now = datetime.now(UTC)
    with database.as_user(alices.user) as sql:
        assert statement(sql, alices, now, now)[1] == []
        with pytest.raises(psycopg.errors.InvalidParameterValue) as refused:
            statement(sql, alices, now, now - timedelta(days=1))
    assert refused.value.diag.message_hint == "Exchange p_from and p_to."


def tamper(database: Database, *statements: str) -> set[str]:
    """Run a statement as a superuser with the triggers off."""
    database.owner("set session_replication_role = replica")
    for text in statements:
        database.owner(text)
    database.owner("set session_replication_role = origin")
    return problems(database)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("update public.ledger_entries set amount = amount + 1 where seq = 2", {"balance_after_wrong", "hash_wrong", "balance_differs", "entry_wrong"}),
        ("update public.ledger_entries set contra = 'x' where seq = 2", {"hash_wrong"}),
        ("update public.ledger_entries set created_at = created_at - interval '1 day' where seq = 2", {"hash_wrong"}),
        ("delete from public.ledger_entries where seq = 2", {"seq_gap", "entry_missing", "balance_differs", "balance_after_wrong", "hash_wrong"}),
        ("delete from public.ledger_entries where seq = 3", {"entry_missing", "balance_differs", "head_differs"}),
        (
            "with cut as (delete from public.ledger_entries where seq = 3 returning *), gone as (delete from public.transactions t using cut where t.id = cut.transaction_id)"
            " update public.wallets w set balance_usd = w.balance_usd - cut.amount from cut where w.id = cut.wallet_id",
            {"head_differs"},
        ),
        ("update public.wallets set balance_usd = balance_usd + 100", {"balance_differs"}),
        ("update public.wallets set held_usd = 1", {"held_differs"}),
        ("update public.transactions set amount = amount + 1 where status = 'completed' and type = 'debit'", {"entry_wrong"}),
        ("update public.transactions set status = 'pending' where type = 'debit'", {"posted_and_not_completed"}),
        ("update public.transactions set refunded_amount = 1 where type = 'credit'", {"refund_differs"}),
        ("insert into public.transactions (user_id, type, amount, currency) select user_id, 'debit', 'NaN', 'USD' from public.wallets", {"transaction_impossible"}),
        ("insert into public.transactions (user_id, type, amount, currency) select user_id, 'debit', 1, 'EUR' from public.wallets", {"transaction_impossible"}),
        ("insert into public.transactions (user_id, type, amount, currency, hold, status) select user_id, 'credit', 1, 'USD', true, 'failed' from public.wallets", {"transaction_impossible"}),
        ("update public.transactions set refunded_amount = 51 where type = 'credit'", {"refund_differs", "transaction_impossible"}),
        ("delete from public.wallets", {"wallet_not_closed"}),
        ("alter table public.transactions disable trigger all", {"trigger_missing"}),
    ],
)  # fmt: skip
def test_tampering_is_named_in_one_run(database: Database, alices: Rows, change: str, found: set[str]) -> None:
    for amount in (1, 2):
        record(database, alices.user, type="debit", amount=amount)
    assert problems(database) == set()
    assert tamper(database, change) == found


def test_wallets_from_before_the_ledger_get_one_opening_entry(database: Database, alices: Rows) -> None:
    from aira.embedded import PROJECT

    tamper(database, "delete from public.ledger_entries", "update public.wallets set balance_inr = 7")
    opening = (PROJECT / "aira/adopt/opening.sql").read_text()
    for _ in range(2):
        tamper(database, opening)
    entries = database.owner(
        "select seq, kind, currency, amount, contra from public.ledger_entries order by seq"
    ).fetchall()
    assert entries == [(1, "opening", "USD", 50, "opening"), (2, "opening", "INR", 7, "opening")]
    assert problems(database) == set()


def test_the_job_releases_an_expired_hold(db: None, alices_tenant: Any, alice: Any) -> None:
    from billing.actions import ledger_problems
    from billing.models import Transaction, Wallet
    from billing.tasks import prove_ledger, release_expired_holds

    hold = {"user_id": alice, "type": "debit", "amount": 5, "currency": "USD", "hold": True}
    past, future = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
    over = Transaction.objects.create(**hold, expires_at=past)
    running = Transaction.objects.create(**hold, expires_at=future)
    assert Wallet.objects.get(user_id=alice).held_usd == 10
    release_expired_holds.func(0)
    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.status, running.status) == ("failed", "pending")
    assert Wallet.objects.get(user_id=alice).held_usd == 5
    assert ledger_problems() == []
    prove_ledger.func(0)


def test_the_ledger_proof_checks_only_the_given_accounts(database: Database, alices: Rows, bobs: Rows) -> None:
    tamper(database, "update public.wallets set balance_usd = balance_usd + 1")
    query = "select problem, subject from private.ledger_problems(%s)"
    assert database.owner(query, [alices.user]).fetchall() == [("balance_differs", str(alices.wallet))]
    assert len(database.owner(query, [alices.user, bobs.user]).fetchall()) == 2
    assert database.owner(query, []).fetchall() == []


def test_the_job_of_each_minute_proves_the_wallets_that_moved(
    db: None, alices_tenant: Any, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from billing import actions, tasks

    tasks.prove_touched_wallets.func(0)
    monkeypatch.setattr(
        tasks,
        "ledger_problems",
        lambda accounts: [actions.LedgerProblem("balance_differs", str(account), "") for account in accounts],
    )
    with pytest.raises(RuntimeError, match="1 contradictions"):
        tasks.prove_touched_wallets.func(0)
    monkeypatch.setattr(tasks, "TOUCHED", timedelta(0))
    tasks.prove_touched_wallets.func(0)


def test_after_a_pause_the_proof_continues_from_the_start_of_the_latest_one(
    db: None, alices_tenant: Any, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from billing import tasks

    proved: list[Any] = []
    monkeypatch.setattr(tasks, "prove", proved.append)
    monkeypatch.setattr(tasks, "TOUCHED", timedelta(0))

    def began(status: str, at: timedelta) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "with j as (insert into jobs.procrastinate_jobs (queue_name, task_name, status)"
                " values ('default', 'billing.prove_touched_wallets', %s) returning id)"
                " insert into jobs.procrastinate_events (job_id, type, at) select id, 'started', now() + %s from j",
                [status, at],
            )

    began("doing", timedelta(hours=-2))
    tasks.prove_touched_wallets.func(0)
    assert proved.pop() == []
    began("succeeded", timedelta(hours=-1))
    tasks.prove_touched_wallets.func(0)
    assert proved.pop() == [alice]
    began("failed", timedelta(hours=1))
    began("doing", timedelta(hours=-1))
    tasks.prove_touched_wallets.func(0)
    assert proved.pop() == []
