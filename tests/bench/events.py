"""Measure what the events cost a write: the rate with the triggers of events, relative to the rate without them.

pgbench runs one client. Each round measures both, in alternating order. Figures are medians of 11 rounds. The worker
does not run: it numbers and sends the events later, in transactions of its own.
"""

import statistics
from collections.abc import Iterator

from tests.bench.figures import Row, at_least
from tests.bench.pgbench import per_second
from tests.database import Database

ROUNDS = 11
# A write that takes 15 % longer reaches this part of the rate.
LEAST = 0.87
SCRIPTS = {
    "book an appointment": (
        "select public.book_appointment('{business}', date_trunc('hour', now()) + (:n * 7 + random() * 4)::int"
        " * interval '1 hour' + interval '1 day', 'Ana');"
    ),
    "insert an appointment": (
        "insert into public.appointments (business_id, customer_name, scheduled_at)"
        " values ('{business}', 'Ana', now() + random() * interval '50000000 minutes');"
    ),
    "record a transaction, then complete it": (
        "insert into public.transactions (user_id, type, amount, currency)"
        " values ('{user}', 'credit', 0.01, 'USD') returning id as tid \\gset\n"
        "update public.transactions set status = 'completed' where id = :'tid';"
    ),
    "record a completed transaction": (
        "insert into public.transactions (user_id, type, amount, currency, status)"
        " values ('{user}', 'credit', 0.01, 'USD', 'completed');"
    ),
    "update a business": "update public.business_v2 set description = random()::text where id = '{business}';",
}
TRIGGERS = "select tgrelid::regclass, tgname from pg_trigger where tgname like 'pgtrigger_event_%'"


def switch(database: Database, *, on: bool) -> None:
    for table, name in database.owner(TRIGGERS).fetchall():
        database.owner(f"alter table {table} {'enable' if on else 'disable'} trigger {name}")


def measure(database: Database) -> Iterator[Row]:
    user = database.account("alice@example.com")
    business = database.owner(
        "insert into public.business_v2 (user_id, name, business_type, address, email, website, business_hours)"
        " values (%s, 'Casa', 'restaurant', '1 Main Street', 'hi@casa.example', 'https://casa.example',"
        ' \'{"weekly": {"mon": [["09:00", "18:00"]]}}\') returning id',
        user,
    ).fetchone()[0]
    database.owner("insert into public.booking_rules (business_id, capacity) values (%s, 1000)", business)
    database.owner(
        "insert into public.appointments (business_id, customer_name, scheduled_at)"
        " select %s, 'Ana', now() + n * interval '2 hours' from generate_series(1, 2000) n",
        business,
    )
    database.owner("analyze")
    for what, statement in SCRIPTS.items():
        if ":n" in statement:
            statement = "\\set n random(1, 50)\n" + statement
        script = statement.format(business=business, user=user)
        rates: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(ROUNDS):
            for on in (True, False) if turn % 2 else (False, True):
                switch(database, on=on)
                rates[on].append(per_second(database, script, clients=1, seconds=1))
        ratio = statistics.median(on / off for on, off in zip(rates[True], rates[False], strict=True))
        with_it, without = (statistics.median(rates[on]) for on in (True, False))
        yield at_least(LEAST, "", what, f"{ratio:.2f} ({with_it:,.0f} of {without:,.0f} writes/s)", ratio)
