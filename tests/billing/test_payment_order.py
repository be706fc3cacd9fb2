"""Stripe's events end in the balance of Stripe's account, in any order and with any repetition."""

import contextlib
import json
import random
import threading
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.billing.stripe_account import Event, StripePayment
from tests.database import Database
from tests.killable import KillableServer

RECORD = "select outcome from public.record_stripe_event(%s, true)"


@st.composite
def payments(draw: st.DrawFn) -> list[StripePayment]:
    """Draw one to three payments of one account with up to twelve events."""
    user = str(uuid4())
    made = [StripePayment(user, draw(st.sampled_from([100, 2500, 9999]))) for _ in range(draw(st.integers(1, 3)))]
    for payment in made:
        if draw(st.booleans()):
            payment.fail()
        payment.succeed()
    while sum(len(payment.events) for payment in made) < 10 and draw(st.integers(0, 9)):
        payment = draw(st.sampled_from(made))
        part = draw(st.sampled_from([1, 40, 100]))
        pending = [key for key, one in payment.refunds.items() if one["status"] in ("pending", "succeeded")]
        open_ones = [
            key for key, one in payment.disputes.items() if one["status"] not in ("won", "lost", "warning_closed")
        ]
        match draw(st.sampled_from(["refund", "refund", "settle", "dispute", "close"])):
            case "refund":
                payment.refund(max(payment.amount * part // 100, 1), draw(st.sampled_from(["pending", "succeeded"])))
            case "settle" if pending:
                payment.settle(
                    draw(st.sampled_from(pending)), draw(st.sampled_from(["succeeded", "failed", "canceled"]))
                )
            case "dispute":
                # The exchange rate changed, so the dispute exceeds the payment.
                amount = payment.amount * draw(st.sampled_from([30, 100, 105])) // 100
                payment.dispute(max(amount, 1), draw(st.sampled_from(["needs_response", "warning_needs_response"])))
            case "close" if open_ones:
                key = draw(st.sampled_from(open_ones))
                warning = payment.disputes[key]["status"].startswith("warning")
                payment.close(
                    key, draw(st.sampled_from(["needs_response", "warning_closed"] if warning else ["won", "lost"]))
                )
    return made


def deliver(database: Database, events: list[Event]) -> None:
    with database.as_service("service_role") as sql:
        for event in events:
            assert sql(RECORD, json.dumps(event)).fetchone()[0] in ("settled", "waiting")


def deliver_by_two(database: Database, events: list[Event]) -> None:
    """Send half of the events over each of two connections. A repeated event may meet itself."""
    failures: list[Exception] = []

    def one(part: list[Event]) -> None:
        try:
            with database.connect("authenticator") as connection:
                connection.execute("set role service_role")
                for event in part:
                    connection.execute(RECORD, [json.dumps(event)])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=one, args=(part,)) for part in (events[::2], events[1::2])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def every_order_ends_the_same(database: Database, made: list[StripePayment], seed: int, two: bool) -> None:
    dice = random.Random(seed)
    expected = sum((payment.balance() for payment in made), Decimal(0))
    events = [event for payment in made for event in payment.events]
    events = events + dice.sample(events, min(3, len(events)))
    for _ in range(2):
        dice.shuffle(events)
        # Each order has its own ids, so it begins with an empty wallet.
        # Eight digits would repeat among twenty thousand, once in twenty runs.
        mark = uuid4().hex
        user = str(database.account(f"{mark}@example.com"))
        text = json.dumps(events).replace(made[0].user, user)
        for prefix in ("pi_", "ch_", "re_", "du_", "evt_"):
            text = text.replace(f'"{prefix}', f'"{prefix}{mark}')
        (deliver_by_two if two else deliver)(database, json.loads(text))
        balance = database.owner("select balance_usd from public.wallets where user_id = %s", user).fetchone()
        assert (balance or (Decimal(0),))[0] == expected
        assert database.owner("select * from private.ledger_problems(array[%s]::uuid[])", user).fetchall() == []
        assert database.owner(
            "select count(*) from private.payments where state <> 'settled' and user_id = %s", user
        ).fetchone() == (0,)


def run(database: Database, examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=examples < 1000,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(made=payments(), seed=st.integers(0, 2**32), two=st.integers(0, 9).map(lambda n: n == 0))
    def check(made: list[StripePayment], seed: int, two: bool) -> None:
        every_order_ends_the_same(database, made, seed, two)

    check()


def test_every_order_of_stripes_events_ends_in_stripes_balance(database: Database) -> None:
    run(database, 60)


@pytest.mark.slow
def test_every_order_of_stripes_events_ends_in_stripes_balance_ten_thousand_times(database: Database) -> None:
    run(database, 10_000)


@pytest.mark.parametrize("rounds", [15, pytest.param(40, marks=pytest.mark.slow)])
def test_money_spent_before_a_dispute_is_owed_and_paid_by_later_credits(database: Database, rounds: int) -> None:
    """The balance minus debts equals Stripe's money minus the spending. A wallet with debts has nothing available."""
    dice = random.Random(7)
    for _ in range(rounds):
        user = database.account(f"{uuid4()}@example.com")
        made = [StripePayment(str(user), 2500) for _ in range(3)]
        for payment in made:
            payment.succeed()
            payment.refund(dice.choice([500, 2500]))
            if dice.random() < 0.5:
                payment.close(payment.dispute(2500), dice.choice(["won", "lost"]))
        events = [event for payment in made for event in payment.events]
        dice.shuffle(events)
        spent = Decimal(0)
        for event in events:
            deliver(database, [event])
            amount = dice.randint(1, 20)
            # The debit is refused if the wallet is stopped or has less.
            with contextlib.suppress(psycopg.errors.CheckViolation), database.as_service("service_role") as sql:
                sql("select record_transaction(%s, 'debit', %s, 'USD', 'completed')", user, amount)
                spent += amount
        found = database.owner(
            "select w.balance_usd, w.is_active, (select coalesce(sum(d.amount), 0) from public.transactions d"
            " where d.user_id = w.user_id and d.status = 'pending') from public.wallets w where w.user_id = %s", user
        ).fetchone()  # fmt: skip
        balance, active, owed = found or (0, True, 0)
        assert balance - owed == sum(payment.balance() for payment in made) - spent
        assert not owed or (balance == 0 and not active)
        assert database.owner("select * from private.ledger_problems()").fetchall() == []


@pytest.mark.slow
def test_events_end_in_the_same_balance_although_the_server_is_killed(killable: KillableServer) -> None:
    database = killable.database
    users = [database.account(f"{number}@example.com") for number in range(8)]
    made = [StripePayment(str(user), 2500) for user in users for _ in range(20)]
    dice = random.Random(3)
    for payment in made:
        payment.succeed()
        payment.settle(payment.refund(500, "pending"), dice.choice(["succeeded", "failed"]))
        payment.close(payment.dispute(1000), dice.choice(["won", "lost"]))
    events = [event for payment in made for event in payment.events]

    def call(connection: psycopg.Connection[Any]) -> None:
        connection.execute(RECORD, [json.dumps(dice.choice(events))])

    for _ in range(3):
        killable.killed_under(call)
    dice.shuffle(events)
    deliver(database, events)
    for user in users:
        expected = sum(payment.balance() for payment in made if payment.user == str(user))
        assert database.owner("select balance_usd from public.wallets where user_id = %s", user).fetchone() == (
            expected,
        )
    assert database.owner("select * from private.ledger_problems()").fetchall() == []
