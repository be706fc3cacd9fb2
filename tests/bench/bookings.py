"""Compare bookings with the original design's function in the same run, as the owner of the schema.

Figures are CPU time of the server's process per call, as medians of alternating runs. The original has a business with
the same appointments in a table with its own indexes.
"""

import statistics
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.bench.cpu import Cpu
from tests.bench.figures import Figure, Point, Row, at_least, at_most, is_newest
from tests.database import Database

CALLS = 15
RACERS = 16
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
GROWS = "confirmed appointments of the business"
CHECK = Figure("bookings-check", "Is this time free?", "CPU per check, µs", GROWS)
SLOTS = Figure("bookings-slots", "A week of free times, each quarter of an hour", "CPU per call, µs", GROWS)
BOOKING = Figure("bookings-book", "Check and book", "CPU per booking, µs", GROWS)
# Many calls share one statement, so that the figure is about the function and not about the statement.
MANY = "select count({}.validate_appointment_time(%s, %s::timestamptz + n * interval '0', 5)) / count(*) from generate_series(1, %s) n"


def fill(database: Database, appointments: int) -> UUID:
    """Create a business with this many confirmed appointments of 15 minutes: two in each half hour, backwards from four
    days ahead.
    """
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


def medians(cpu: Cpu, queries: dict[str, tuple[str, tuple[Any, ...], int]]) -> dict[str, float]:
    """Return the seconds of CPU per call. Each entry has a query, its parameters and its number of calls."""
    for query, params, _ in queries.values():
        for _ in range(6):
            cpu.seconds(query, *params)
    found = [
        {name: cpu.seconds(query, *params) / calls for name, (query, params, calls) in queries.items()}
        for _ in range(CALLS)
    ]
    return {name: statistics.median(one[name] for one in found) for name in queries}


def text(value: float) -> str:
    return f"{value * 1e6:.0f} µs" if value < 0.01 else f"{value * 1e3:.1f} ms"


def measure(database: Database, sizes: tuple[int, ...] = SIZES) -> Iterator[Row | Point]:
    database.owner(Path(__file__).with_name("original_bookings.sql").read_text())
    if not is_newest(database):
        # A million rows take a minute to fill and show no more growth than 100,000.
        sizes = tuple(size for size in sizes if size <= 100_000)
    businesses = {size: fill(database, size) for size in sizes}
    database.owner("vacuum analyze")
    when = datetime.now(UTC).replace(hour=10, minute=20, second=0, microsecond=0) + timedelta(days=3)
    with database.connect(prepare_threshold=1) as connection:
        cpu = Cpu(connection)
        yield from checks(cpu, businesses, when)
        for size in (1_000, 10_000):
            if size in businesses:
                yield from slots(cpu, businesses[size], when, size)
        for size in (1_000, 10_000):
            if size in businesses:
                yield from book(cpu, businesses[size], when, size)
    yield from race(database, businesses[1_000], when)


def checks(cpu: Cpu, businesses: dict[int, UUID], when: datetime) -> Iterator[Row | Point]:
    ours: dict[int, float] = {}
    targets = {1_000: 15, 1_000_000: 1_500}
    for size, business in businesses.items():
        few = max(1, 10_000 // size)
        found = medians(
            cpu,
            {
                "ours": (MANY.format("public"), (business, when, 200), 200),
                "original": (MANY.format("original"), (business, when, few), few),
            },
        )
        ours[size] = found["ours"]
        yield against(targets.get(size), f"check at {size:,}", found)
        yield from points(CHECK, size, found)
    if 100_000 in ours:
        growth = ours[100_000] / ours[100]
        yield at_most(1.25, "", "check at 100,000 to check at 100", f"{growth:.2f}", growth)


def slots(cpu: Cpu, business: UUID, when: datetime, size: int) -> Iterator[Row | Point]:
    """Search a week in steps of 15 minutes. The original is asked for each time within the opening hours."""
    week = (business, when, when + timedelta(days=7))
    ours = "select count(*) from public.available_slots(%s, %s, %s, 60, 15, 1000)"
    each = (
        "select count(*) filter (where original.validate_appointment_time(%s, at, 60))"
        " from generate_series(%s::timestamptz, %s, '15 minutes') at where at::time between '09:00' and '17:00'"
    )
    found = medians(cpu, {"ours": (ours, week, 1), "original": (each, week, 1)})
    # A busy business with thirty appointments a day has 10,000 after eleven months.
    yield against(300 if size == 10_000 else None, f"a week of slots at {size:,}", found)
    yield from points(SLOTS, size, found)


def book(cpu: Cpu, business: UUID, when: datetime, size: int) -> Iterator[Row | Point]:
    """Book once per transaction. The commit is left out, since it costs both designs the same."""
    queries = {"original": "select original.book(%s, %s)", "ours": "select public.book_appointment(%s, %s, 'x', 5)"}
    took: dict[str, list[float]] = {name: [] for name in queries}
    for n in range(200):
        for name, query in queries.items():
            with cpu.connection.transaction(force_rollback=True):
                took[name].append(
                    cpu.seconds(query, business, when + timedelta(days=2 + n // 40, minutes=10 * (n % 40)))
                )
    found = {name: statistics.median(list_) for name, list_ in took.items()}
    yield against(3 if size == 10_000 else None, f"book_appointment at {size:,}, check and insert", found)
    yield from points(BOOKING, size, found)


def race(database: Database, business: UUID, when: datetime) -> Iterator[Row]:
    """Let RACERS connections book the same free time at the same moment, again and again, each in its own transaction."""
    times = [when + timedelta(days=3, minutes=10 * n) for n in range(40)]
    ask = "select appointment_id is not null from public.book_appointment(%s, %s, 'x', 5)"
    booked, took = raced(database, ask, business, times)
    assert set(booked.values()) == {1}, booked
    yield Row(f"{RACERS} connections for one time", outcome(booked, took))
    booked, took = raced(database, "select original.book(%s, %s)", business, times)
    yield Row(f"{RACERS} connections for one time, the original", outcome(booked, took))


def raced(
    database: Database, query: str, business: UUID, times: list[datetime]
) -> tuple[dict[datetime, int], list[float]]:
    """Return how often each time was booked, and the seconds of each answer."""
    booked, took = dict.fromkeys(times, 0), []
    start, lock = threading.Barrier(RACERS), threading.Lock()

    def run() -> None:
        with database.connect() as connection:
            for at in times:
                start.wait()
                began = time.perf_counter()
                answer = connection.execute(query, [business, at]).fetchone()
                with lock:
                    took.append(time.perf_counter() - began)
                    booked[at] += bool(answer and answer[0])

    racers = [threading.Thread(target=run) for _ in range(RACERS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return booked, took


def outcome(booked: dict[datetime, int], took: list[float]) -> str:
    twice = sum(count > 1 for count in booked.values())
    times = f"p50 {statistics.median(took) * 1e3:.0f} ms, worst {max(took) * 1e3:.0f} ms"
    return f"{twice} of {len(booked)} times booked more than once; answers {times}"


def points(figure: Figure, size: int, found: dict[str, float]) -> Iterator[Point]:
    yield Point(figure, "ours", size, round(found["ours"] * 1e6, 1))
    yield Point(figure, "the original design", size, round(found["original"] * 1e6, 1))


def against(limit: float | None, what: str, found: dict[str, float]) -> Row:
    ratio = found["original"] / found["ours"]
    said = f"{text(found['ours'])}, the original's {text(found['original'])}: {ratio:,.{1 if ratio < 10 else 0}f} times"
    return Row(what, said) if limit is None else at_least(limit, "", what, said, ratio)
