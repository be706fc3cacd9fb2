"""A model of the ledger in Python: for random actions of services, it agrees with the database."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.database import Database

LIMIT = Decimal("99999999.99")
NEXT = {
    "pending": {"completed", "failed"},
    "failed": {"pending", "completed"},
    "completed": {"refunded"},
    "refunded": set(),
}
AMOUNTS = st.sampled_from([Decimal(text) for text in ("0.01", "1", "5", "7.5", "20", "40", "99999999.99")])
STATUSES = st.sampled_from(["pending", "completed", "failed", "refunded"])


class RefusedError(Exception):
    """Refuse an action. The text is the name of the rule."""


@dataclass
class Wallet:
    balance: Decimal = Decimal(0)
    held: Decimal = Decimal(0)


@dataclass
class Row:
    id: UUID
    user: int
    kind: str
    amount: Decimal
    currency: str
    hold: bool
    status: str = "pending"
    refunded: Decimal = Decimal(0)

    @property
    def sign(self) -> int:
        return 1 if self.kind == "credit" else -1

    @property
    def reserved(self) -> Decimal:
        return self.amount if self.hold and self.status == "pending" else Decimal(0)

    def move_to(self, row: "Row") -> tuple[Decimal, Decimal]:
        """Return the changes of the balance and of the held amount if one row becomes the other."""
        posts = row.amount if row.status == "completed" and self.status in ("pending", "failed") else Decimal(0)
        return self.sign * (posts - (row.refunded - self.refunded)), row.reserved - self.reserved


@dataclass
class Bank:
    wallets: dict[tuple[int, str], Wallet] = field(default_factory=dict)
    active: dict[int, bool] = field(default_factory=lambda: {0: True, 1: True})
    rows: list[Row] = field(default_factory=list)

    def wallet(self, user: int, currency: str) -> Wallet:
        return self.wallets.setdefault((user, currency), Wallet())

    def post(self, row: Row, amount: Decimal, held: Decimal, *, refund: bool) -> None:
        wallet = self.wallet(row.user, row.currency)
        if (held > 0 or (amount < 0 and not refund)) and not self.active[row.user]:
            raise RefusedError("wallet_is_active")
        if wallet.balance - wallet.held - min(held, Decimal(0)) < max(-amount, held):
            raise RefusedError("wallet_balance_not_negative")
        if wallet.balance + amount > LIMIT:
            raise RefusedError("wallet_balance_limit")
        wallet.balance += amount
        wallet.held += held

    def change(self, changes: list[tuple[Row, Row]], users: list[UUID]) -> None:
        """Apply one statement atomically: by account, credits before debits."""
        moves = [(old, new, *old.move_to(new)) for old, new in changes]
        moves.sort(key=lambda move: (users[move[0].user], move[2] < 0, move[3] > 0, move[1].id))
        before = {key: replace(wallet) for key, wallet in self.wallets.items()}
        try:
            for old, new, amount, held in moves:
                if amount or held:
                    self.post(new, amount, held, refund=new.refunded > old.refunded)
        except RefusedError:
            self.wallets = before
            raise
        for old, new in changes:
            old.__dict__.update(new.__dict__)


class Machine(RuleBasedStateMachine):
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.bank = Bank()
        self.users = [self.database.account(f"{uuid4()}@example.com") for _ in range(2)]
        self.connection = self.database.connect("authenticator")
        self.connection.execute("set role service_role")

    def teardown(self) -> None:
        self.connection.close()
        assert self.database.owner("select * from private.ledger_problems(%s)", self.users).fetchall() == []

    def both(self, expected: str | None, query: str, *params: Any) -> Any:
        """Run an action. The database must accept or refuse it like the model."""
        try:
            result = self.connection.execute(query, params)
            rule_name, found = None, result.fetchone() if result.description else None
        except psycopg.errors.IntegrityError as error:
            rule_name, found = error.diag.constraint_name, None
        assert rule_name == expected, query
        return found

    def tried(self, changes: list[tuple[Row, Row]]) -> str | None:
        try:
            self.bank.change(changes, self.users)
        except RefusedError as refused:
            return str(refused)
        return None

    @rule(user=st.integers(0, 1), kind=st.sampled_from(["credit", "credit", "debit"]), amount=AMOUNTS, currency=st.sampled_from(["USD", "INR"]), status=STATUSES, hold=st.booleans(), key=st.booleans())  # fmt: skip
    def record(self, user: int, kind: str, amount: Decimal, currency: str, status: str, hold: bool, key: bool) -> None:
        hold = hold and kind == "debit"
        absent = Row(UUID(int=0), user, kind, amount, currency, hold, "failed")
        new = replace(absent, status=status)
        expected = "transaction_status_transition" if status == "refunded" else self.tried([(absent, new)])
        name = f"k{len(self.bank.rows)}"
        values = self.users[user], kind, amount, currency, status, hold, name
        insert = "insert into public.transactions (user_id, type, amount, currency, status, hold, idempotency_key) values (%s, %s, %s, %s, %s, %s, %s) returning id"
        call = "select id from public.record_transaction(%s, %s, %s, %s, %s, p_hold => %s, p_idempotency_key => %s)"
        found = self.both(expected, call if key else insert, *values)
        if expected is None:
            assert not key or self.both(None, call, *values) == found
            self.bank.rows.append(replace(new, id=found[0]))

    @rule(amount=st.sampled_from(["NaN", "0", "-1"]), kind=st.sampled_from(["credit", "debit"]))
    def record_nonsense(self, amount: str, kind: str) -> None:
        query = "insert into public.transactions (user_id, type, amount, currency, status) values (%s, %s, %s, 'USD', 'completed')"
        self.both("transaction_amount_positive", query, self.users[0], kind, amount)

    @precondition(lambda self: self.bank.rows)
    @rule(data=st.data(), status=STATUSES)
    def move(self, data: st.DataObject, status: str) -> None:
        row = data.draw(st.sampled_from(self.bank.rows))
        new = replace(row, status=status, refunded=row.amount if status == "refunded" else row.refunded)
        expected = None if status == row.status else "transaction_status_transition"
        if status in NEXT[row.status]:
            expected = self.tried([(row, new)])
        self.both(expected, "update public.transactions set status = %s where id = %s", status, row.id)

    @precondition(lambda self: any(row.reserved for row in self.bank.rows))
    @rule(data=st.data(), taken=AMOUNTS)
    def capture(self, data: st.DataObject, taken: Decimal) -> None:
        row = data.draw(st.sampled_from([row for row in self.bank.rows if row.reserved]))
        new = replace(row, status="completed", amount=taken)
        expected = "capture_exceeds_hold" if taken > row.amount else self.tried([(row, new)])
        query = "update public.transactions set status = 'completed', amount = %s where id = %s"
        self.both(expected, query, taken, row.id)

    @precondition(lambda self: self.bank.rows)
    @rule(data=st.data(), amount=st.none() | AMOUNTS)
    def refund(self, data: st.DataObject, amount: Decimal | None) -> None:
        row = data.draw(st.sampled_from(self.bank.rows))
        left = row.amount - row.refunded
        if row.status not in ("completed", "refunded"):
            expected: str | None = "transaction_status_transition"
        elif amount is None and row.status == "refunded":
            expected = None
        elif (amount or left) > left:
            expected = "refund_exceeds_amount"
        else:
            refunded = row.refunded + (amount or left)
            status = "refunded" if refunded == row.amount else row.status
            expected = self.tried([(row, replace(row, refunded=refunded, status=status))])
        self.both(expected, "select public.refund_transaction(%s, %s)", row.id, amount)

    @rule(kind=st.sampled_from(["credit", "debit"]), reverse=st.booleans())
    def complete_all(self, kind: str, reverse: bool) -> None:
        rows = [row for row in self.bank.rows if row.status == "pending" and (row.kind == kind or reverse)]
        expected = self.tried([(row, replace(row, status="completed")) for row in rows])
        query = "update public.transactions set status = 'completed' where id = any(%s)"
        self.both(expected, query, [row.id for row in rows])

    @precondition(lambda self: self.bank.wallets)
    @rule(data=st.data(), active=st.booleans())
    def stop_or_start(self, data: st.DataObject, active: bool) -> None:
        user = data.draw(st.integers(0, 1))
        changed = self.connection.execute(
            "update public.wallets set is_active = %s where user_id = %s", [active, self.users[user]]
        )
        if changed.rowcount:
            self.bank.active[user] = active

    @invariant()
    def balances_are_the_same(self) -> None:
        found = self.connection.execute(
            "select w.user_id, c.currency, c.balance, c.held, coalesce((select sum(e.amount) from public.ledger_entries e"
            " where e.wallet_id = w.id and e.currency = c.currency), 0)"
            " from public.wallets w, lateral (values ('USD', w.balance_usd, w.held_usd), ('INR', w.balance_inr, w.held_inr))"
            " c (currency, balance, held) where w.user_id = any(%s)",
            [self.users],
        ).fetchall()
        for user, currency, balance, held, total in found:
            wallet = self.bank.wallet(self.users.index(user), currency)
            assert (balance, held, total) == (wallet.balance, wallet.held, wallet.balance)


def run(database: Database, examples: int) -> None:
    kind = type("Machine", (Machine,), {"database": database})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=examples, stateful_step_count=30, deadline=None, database=None, derandomize=examples < 100,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_random_movements_of_money_agree_with_a_model_in_python(database: Database) -> None:
    run(database, 25)


@pytest.mark.slow
def test_many_random_movements_of_money_agree_with_a_model_in_python(database: Database) -> None:
    run(database, 400)
