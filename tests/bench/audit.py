"""Measure how many rows per second are written with the audit, compared with the rate without it.

pgbench runs one client. Figures are medians of 5 alternating rounds. Many rows are updated in one statement.
"""

import statistics
import time
from collections.abc import Iterator

from tests.bench.figures import Row, at_least
from tests.bench.pgbench import per_second
from tests.database import Database

ROUNDS = 5
SINGLE = {
    "change a business": "update public.business_v2 set description = random()::text where id = '{business}';",
    "book an appointment": (
        "insert into public.appointments (business_id, customer_name, scheduled_at)"
        " values ('{business}', 'Ana', now() + random() * interval '50000000 minutes');"
    ),
    "upload a document": (
        "insert into public.documents (business_id, file_name, file_path) values ('{business}', 'menu.pdf', 'a');"
    ),
    "record a completed transaction": (
        "insert into public.transactions (user_id, type, amount, currency, status)"
        " values ('{user}', 'credit', 0.01, 'USD', 'completed');"
    ),
}
MANY = "update public.business_numbers set display_name = random()::text"
TRIGGERS = """
    select tgrelid::regclass, tgname from pg_trigger
    where tgfoid = 'private.record_change()'::regprocedure and tgparentid = 0
"""


def switch(database: Database, *, on: bool) -> None:
    for table, name in database.owner(TRIGGERS).fetchall():
        database.owner(f"alter table {table} {'enable' if on else 'disable'} trigger {name}")


def at_once(database: Database) -> float:
    started = time.perf_counter()
    database.owner(MANY)
    rate = 5_000 / (time.perf_counter() - started)
    database.owner("vacuum public.business_numbers")
    return rate


def measure(database: Database) -> Iterator[Row]:
    user = database.account("alice@example.com")
    business = database.owner(
        "insert into public.business_v2 (user_id, name, business_type) values (%s, 'Casa', 'restaurant') returning id",
        user,
    ).fetchone()[0]
    database.owner("insert into public.booking_rules (business_id, capacity) values (%s, 1000)", business)
    database.owner(
        "insert into public.business_numbers (user_id, phone_number, display_name, country_code, number_type)"
        " select %s, '+1415' || (1000000 + n), 'x', 'US', 'local' from generate_series(1, 5000) n",
        user,
    )
    # Without statistics, a check reads all appointments of the business.
    database.owner(
        "insert into public.appointments (business_id, customer_name, scheduled_at)"
        " select %s, 'Ana', now() + n * interval '2 hours' from generate_series(1, 2000) n",
        business,
    )
    database.owner("analyze")
    for what, statement in SINGLE.items():
        script = statement.format(business=business, user=user)
        rates: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(ROUNDS):
            for on in (True, False):
                switch(database, on=on)
                rates[on].append(per_second(database, script, clients=1, seconds=1))
        yield at_least(0.65, "", what, *compared(rates))
    rates = {True: [], False: []}
    for _ in range(ROUNDS):
        for on in (True, False):
            switch(database, on=on)
            rates[on].append(at_once(database))
    yield Row("change 5,000 numbers in one statement", compared(rates)[0])


def compared(rates: dict[bool, list[float]]) -> tuple[str, float]:
    on, off = statistics.median(rates[True]), statistics.median(rates[False])
    return f"{on / off:.2f} ({on:,.0f} of {off:,.0f} rows/s)", on / off
