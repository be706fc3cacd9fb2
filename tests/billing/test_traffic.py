"""Many callers at once, readers in between, and a server that is killed."""

import random
import threading
import time
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.database import Database
from tests.killable import KillableServer
from tests.tenant_rows import Rows

SUMS = """
    select w.user_id, w.balance_usd, coalesce(sum(e.amount), 0)
    from public.wallets w left join public.ledger_entries e on e.wallet_id = w.id and e.currency = 'USD'
    group by w.id having w.balance_usd <> coalesce(sum(e.amount), 0)
"""
REFUSED = (psycopg.errors.CheckViolation, psycopg.errors.UniqueViolation)


def act(connection: psycopg.Connection[Any], users: list[UUID], dice: random.Random) -> None:
    """Do one random action of a service. A refusal by a rule is a valid result."""
    user, amount = dice.choice(users), dice.randint(1, 40)
    known = connection.execute(
        "select id from public.transactions where user_id = %s order by md5(id::text || %s) limit 1",
        [user, str(amount)],
    ).fetchone()
    choice = dice.randrange(6)
    try:
        if choice < 3 or known is None:
            kind = dice.choice(["credit", "debit"])
            status = dice.choice(["pending", "completed", "completed"])
            hold = kind == "debit" and status == "pending" and dice.random() < 0.5
            connection.execute(
                "select public.record_transaction(%s, %s, %s, 'USD', %s, p_hold => %s)",
                [user, kind, amount, status, hold],
            )
        elif choice == 3:
            connection.execute(
                "update public.transactions set status = %s where id = %s",
                [dice.choice(["completed", "failed", "refunded", "pending"]), known[0]],
            )
        elif choice == 4:
            connection.execute("select public.refund_transaction(%s, %s)", [known[0], dice.randint(1, 10)])
        else:
            connection.execute(
                "update public.transactions set status = 'completed' where status = 'pending' and user_id = any(%s)",
                [dice.sample(users, 3)],
            )
    except REFUSED:
        return


@pytest.mark.parametrize("seconds", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_a_reader_finds_every_balance_equal_to_its_entries_in_every_snapshot(database: Database, seconds: int) -> None:
    users = [database.account(f"u{n}@example.com") for n in range(6)]
    stop, failures = threading.Event(), []

    def teller(seed: int) -> None:
        dice = random.Random(seed)
        with database.connect() as connection:
            while not stop.is_set():
                try:
                    act(connection, users, dice)
                except Exception as error:
                    failures.append(error)
                    return

    tellers = [threading.Thread(target=teller, args=(seed,)) for seed in range(6)]
    for thread in tellers:
        thread.start()
    snapshots = 0
    deadline = time.monotonic() + seconds
    with database.connect() as reader:
        while time.monotonic() < deadline and not failures:
            assert reader.execute(SUMS).fetchall() == []
            snapshots += 1
    stop.set()
    for thread in tellers:
        thread.join()
    assert failures == []
    assert snapshots > 10
    assert database.owner("select problem, detail from private.ledger_problems()").fetchall() == []
    assert database.owner("select count(*) > 100 from public.ledger_entries").fetchone() == (True,)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_caller_who_retries_at_a_stricter_level_spends_the_wallet_exactly(
    database: Database, alices: Rows, level: str
) -> None:
    refused: list[int] = []

    def spend() -> None:
        with database.connect() as connection:
            connection.execute(f"set default_transaction_isolation = '{level}'")
            while True:
                try:
                    connection.execute(
                        "select public.record_transaction(%s, 'debit', 10, 'USD', 'completed')", [alices.user]
                    )
                    return
                except psycopg.errors.SerializationFailure:
                    continue
                except psycopg.errors.CheckViolation:
                    refused.append(1)
                    return

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert database.owner("select balance_usd from public.wallets").fetchone() == (0,)
    assert database.owner("select problem, detail from private.ledger_problems()").fetchall() == []


@pytest.mark.parametrize("rounds", [45, pytest.param(540, marks=pytest.mark.slow)])
def test_opposite_bulk_updates_never_deadlock(database: Database, alices: Rows, bobs: Rows, rounds: int) -> None:
    others = [database.account(f"u{n}@example.com") for n in range(6)]
    users = [alices.user, bobs.user, *others]
    deadlocks: list[BaseException] = []

    def complete(order: str, done: threading.Barrier) -> None:
        with database.connect() as connection:
            for _ in range(rounds):
                done.wait()
                rows = connection.execute(
                    "select id from public.transactions where status = 'pending' and description = %s", [order]
                ).fetchall()
                try:
                    connection.execute(
                        "update public.transactions t set status = 'completed' from"
                        f" (select id from public.transactions where id = any(%s) order by user_id {order}) o where o.id = t.id",
                        [[row[0] for row in rows]],
                    )
                except psycopg.errors.DeadlockDetected as error:
                    deadlocks.append(error)
                done.wait()

    barrier = threading.Barrier(3)
    threads = [threading.Thread(target=complete, args=(order, barrier)) for order in ("asc", "desc")]
    for thread in threads:
        thread.start()
    for _ in range(rounds):
        for order in ("asc", "desc"):
            database.owner(
                "insert into public.transactions (user_id, type, amount, currency, description)"
                " select u, 'credit', 1, 'USD', %s from unnest(%s::uuid[]) u",
                order,
                users,
            )
        barrier.wait()
        barrier.wait()
    for thread in threads:
        thread.join()
    assert deadlocks == []
    assert database.owner("select problem, detail from private.ledger_problems()").fetchall() == []


@pytest.mark.slow
def test_a_killed_server_loses_no_acknowledged_posting_and_doubles_none(killable: KillableServer) -> None:
    user = killable.database.account("a@example.com")
    sent: list[str] = []
    acknowledged: set[str] = set()
    record = "select public.record_transaction(%s, 'credit', 1, 'USD', 'completed', p_idempotency_key => %s)"

    def send(connection: psycopg.Connection[Any]) -> None:
        key = str(uuid4())
        sent.append(key)
        connection.execute(record, [user, key])
        acknowledged.add(key)

    killable.killed_under(send)
    killable.killed_under(send)

    sql = killable.database.owner
    kept = {row[0] for row in sql("select idempotency_key from public.transactions")}
    assert len(acknowledged) > 50
    assert acknowledged <= kept <= set(sent)
    for key in sent:
        sql(record, user, key)
    assert sql("select balance_usd from public.wallets").fetchone() == (len(sent),)
    assert sql("select problem, detail from private.ledger_problems()").fetchall() == []
