"""Measure what the events cost a write.

Two copies of the database differ in the triggers of events alone: one has them, the other not. Each write is made in
both in turn. The kernel counts the processor time of each connection's server process, so that other programs don't
count. The first figure is the further processor time, relative to the whole write with its durable commit, as the
client waits for it. In brackets is the processor time alone. Figures are means of the middle part of 800 writes. The
worker does not run: it numbers and sends the events later.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from tests.bench.cpu import Cpu
from tests.bench.figures import Row, at_most
from tests.database import Database

WRITES = 800
MOST = 15
TRIGGERS = "select tgrelid::regclass, tgname from pg_trigger where tgname like 'pgtrigger_event_%'"


class Side:
    """Hold a database with the triggers of events or without them, and a connection that writes."""

    def __init__(self, database: Database, *, on: bool) -> None:
        self.database = database
        if not on:
            for table, name in database.owner(TRIGGERS).fetchall():
                database.owner(f"alter table {table} disable trigger {name}")
        self.user: UUID = database.account("alice@example.com")
        self.business: UUID = database.owner(
            "insert into public.business_v2 (user_id, name, business_type, address, email, website, business_hours)"
            " values (%s, 'Casa', 'restaurant', '1 Main Street', 'hi@casa.example', 'https://casa.example',"
            ' \'{"weekly": {"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]]}}\') returning id',
            self.user,
        ).fetchone()[0]
        database.owner("insert into public.booking_rules (business_id, capacity) values (%s, 1000)", self.business)
        database.owner(
            "insert into public.appointments (business_id, customer_name, scheduled_at)"
            " select %s, 'Ana', now() + n * interval '2 hours' from generate_series(1, 2000) n",
            self.business,
        )
        database.owner("analyze")
        self.connection = database.connect()
        self.cpu = Cpu(self.connection)
        self.chance = random.Random(20261130)

    def run(self, query: str, *params: Any) -> Any:
        return self.connection.execute(query, params, prepare=True)

    def book(self) -> None:
        self.run(
            # A Monday or Tuesday in the next weeks, when the business is open.
            "select public.book_appointment(%s, date_trunc('week', now()) + %s * interval '1 week'"
            " + %s * interval '1 hour', 'Ana')",
            self.business,
            self.chance.randint(1, 7),
            self.chance.randint(1, 40),
        )

    def insert(self) -> None:
        self.run(
            "insert into public.appointments (business_id, customer_name, scheduled_at)"
            " values (%s, 'Ana', now() + %s * interval '1 minute')",
            self.business,
            self.chance.randint(1, 50_000_000),
        )

    def complete(self) -> None:
        (pk,) = self.run(
            "insert into public.transactions (user_id, type, amount, currency) values (%s, 'credit', 0.01, 'USD')"
            " returning id",
            self.user,
        ).fetchone()
        self.run("update public.transactions set status = 'completed' where id = %s", pk)

    def record(self) -> None:
        self.run(
            "insert into public.transactions (user_id, type, amount, currency, status)"
            " values (%s, 'credit', 0.01, 'USD', 'completed')",
            self.user,
        )

    def update(self) -> None:
        self.run("update public.business_v2 set description = random()::text where id = %s", self.business)

    def cost(self, write: Callable[["Side"], None]) -> tuple[float, float]:
        """Return the processor time of a write, and the whole time, in microseconds."""
        before, began = self.cpu.so_far(), time.perf_counter()
        write(self)
        whole = time.perf_counter() - began
        return (self.cpu.so_far() - before) / 1000, whole * 1_000_000


WHAT: dict[str, Callable[[Side], None]] = {
    "book an appointment": Side.book,
    "insert an appointment": Side.insert,
    "record a transaction, then complete it": Side.complete,
    "record a completed transaction": Side.record,
    "update a business": Side.update,
}


def measure(database: Database) -> Iterator[Row]:
    other = Database(database.server, f"{database.name}_without")
    database.server.drop(other.name)
    database.close()
    database.server.clone(database.name, other.name)
    try:
        sides = Side(database, on=True), Side(other, on=False)
        for what, write in WHAT.items():
            costs: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
            for turn in range(WRITES):
                for side in (0, 1) if turn % 2 else (1, 0):
                    costs[side].append(sides[side].cost(write))
            having, lacking = (middle([cpu for cpu, _ in side]) for side in costs)
            whole = middle([whole for _, whole in costs[1]])
            more = (having - lacking) / whole * 100
            alone = f"processor: {having:.0f} instead of {lacking:.0f} µs, +{(having / lacking - 1) * 100:.0f} %"
            yield at_most(MOST, " %", what, f"+{more:.1f} % of {whole / 1000:.1f} ms ({alone})", more)
        for side in sides:
            side.connection.close()
    finally:
        other.close()
        database.server.drop(other.name)


def middle(costs: list[float]) -> float:
    """Return the mean of the middle, without the first writes and the interrupted ones."""
    found = sorted(costs[50:])
    return statistics.mean(found[len(found) // 10 : len(found) // 2])
