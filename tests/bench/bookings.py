"""Bookings beside the original design's function, in the same run, as the owner of the schema: medians of alternating calls, in the
server's own time. The original's business has the same appointments, in a table with its indexes."""

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.database import Database

CALLS = 15
# Many calls in one statement: what is measured is the function, and not the statement around it.
MANY = "select count({}.validate_appointment_time(%s, %s::timestamptz + n * interval '0', 5)) / count(*) from generate_series(1, %s) n"


def fill(database: Database, appointments: int) -> UUID:
    """A business with so many confirmed appointments of 15 minutes: two each half hour, back from four days ahead."""
    user = database.account(f"{appointments}@bench.example")
    query = "insert into public.business_v2 (user_id, name, business_type) values (%s, 'b', 'retail') returning id"
    business = database.owner(query, user).fetchone()[0]
    database.owner("insert into public.booking_rules (business_id, max_days_ahead) values (%s, 3650)", business)
    database.owner("alter table public.appointments disable trigger user")
    database.owner(
        "insert into public.appointments (business_id, user_id, customer_name, scheduled_at, duration, slot_number)"
        " select %s, %s, 'x', date_trunc('day', now()) + interval '4 days' - n / 2 * interval '30 minutes', 15, n %% 2 + 1"
        " from generate_series(1, %s) n",
        business, user, appointments,
    )  # fmt: skip
    database.owner("alter table public.appointments enable trigger user")
    database.owner("insert into private.booking_diaries values (%s, 15, %s)", business, appointments)
    database.owner(
        "insert into original.appointments (business_id, customer_name, scheduled_at, duration)"
        " select business_id, customer_name, scheduled_at, duration from public.appointments where business_id = %s",
        business,
    )
    return business


def seconds(connection: Any, query: str, *params: Any) -> float:
    row = connection.execute("explain (analyze, timing off, buffers off, format json) " + query, params).fetchone()
    calls = params[2] if len(params) == 3 and isinstance(params[2], int) else 1
    return row[0][0]["Execution Time"] / 1000 / calls


def medians(database: Database, queries: dict[str, tuple[Any, ...]]) -> dict[str, float]:
    with database.connect() as connection:
        for query in queries.values():
            for _ in range(6):
                seconds(connection, *query)
        found = [{name: seconds(connection, *query) for name, query in queries.items()} for _ in range(CALLS)]
    return {name: statistics.median(one[name] for one in found) for name in queries}


def text(value: float) -> str:
    return f"{value * 1e6:.0f} µs" if value < 0.01 else f"{value * 1e3:.1f} ms"


def measure(database: Database) -> Iterator[tuple[str, str, str]]:
    database.owner(Path(__file__).with_name("original_bookings.sql").read_text())
    sizes = (100, 1_000, 100_000, 1_000_000)
    businesses = {size: fill(database, size) for size in sizes}
    database.owner("vacuum analyze")
    when = datetime.now(UTC).replace(hour=10, minute=20, second=0, microsecond=0) + timedelta(days=3)
    ours: dict[int, float] = {}
    targets = {1_000: "≥ 15", 1_000_000: "≥ 1,500"}
    for size, business in businesses.items():
        found = medians(
            database,
            {
                "ours": (MANY.format("public"), business, when, 200),
                "original": (MANY.format("original"), business, when, max(1, 10_000 // size)),
            },
        )
        ours[size] = found["ours"]
        ratio = found["original"] / found["ours"]
        yield (
            f"check at {size:,}",
            f"{text(found['ours'])}, the original's {text(found['original'])}: {ratio:,.0f} times",
            targets.get(size, ""),
        )
    yield "check at 100,000 to check at 100", f"{ours[100_000] / ours[100]:.2f}", "≤ 1.25"

    business = businesses[1_000]
    week = (business, when, when + timedelta(days=7))
    slots = "select count(*) from public.available_slots(%s, %s, %s, 60, 15, 1000)"
    each = (
        "select count(*) filter (where original.validate_appointment_time(%s, at, 60))"
        " from generate_series(%s::timestamptz, %s, '15 minutes') at where at::time between '09:00' and '17:00'"
    )
    found = medians(database, {"ours": (slots, *week), "original": (each, *week)})
    ratio = found["original"] / found["ours"]
    yield (
        "a week of slots, every quarter of an hour",
        f"{text(found['ours'])}, the original's {text(found['original'])}: {ratio:,.0f} times",
        "≥ 300",
    )

    original = "select original.book(%s, %s)"
    book = "select public.book_appointment(%s, %s, 'x', 5)"
    times = [when + timedelta(days=n // 6, hours=n % 6) for n in range(400)]
    took: dict[str, list[float]] = {original: [], book: []}
    with database.connect() as connection:
        for one in times:
            for query, list_ in took.items():
                list_.append(seconds(connection, query, business, one))
    one, other = (statistics.median(list_) for list_ in (took[book], took[original]))
    yield (
        "book_appointment at 1,000",
        f"{text(one)}, the original's check and insert {text(other)}: {other / one:.1f} times",
        "≥ 3",
    )
