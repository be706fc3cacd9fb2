"""The figures about appointments and opening hours agree with a count minute by minute."""

import json
import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.analytics.test_analytics import refresh_view, refreshed
from tests.database import Database
from tests.tenant_rows import Rows

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOW = datetime.now(UTC)
HOURS: list[tuple[str, Any, int]] = [
    ("UTC", None, 1),
    ("Asia/Kolkata", {"weekly": {"mon": [["09:00", "12:00"], ["13:30", "18:00"]], "sat": [["10:00", "24:00"]]}}, 3),
    (
        "Europe/Berlin",
        {
            "weekly": {day: [["18:00", "00:30"]] for day in WEEKDAYS},
            # One overlaps yesterday's night, and one day is closed.
            "special": {
                (NOW - timedelta(days=20)).date().isoformat(): [["00:10", "09:00"], ["11:00", "12:00"]],
                (NOW - timedelta(days=10)).date().isoformat(): [],
            },
        },
        2,
    ),
    (
        "America/Los_Angeles",
        {
            "weekly": {day: [["08:00", "17:00"]] for day in WEEKDAYS[:5]},
            "closures": [
                {"from": f"{NOW - timedelta(days=40):%Y-%m-%d}T12:00", "to": f"{NOW - timedelta(days=33):%Y-%m-%d}T09:30"},
                {"from": f"{NOW - timedelta(days=4):%Y-%m-%d}T10:00", "to": f"{NOW - timedelta(days=4):%Y-%m-%d}T11:15"},
            ],
        },
        1,
    ),
]  # fmt: skip


def business(database: Database, user: UUID, zone: str, hours: Any, capacity: int) -> UUID:
    [identity] = database.owner(
        "insert into public.business_v2 (user_id, name, business_type, timezone, business_hours)"
        " values (%s, 'b', 'retail', %s, %s) returning id",
        user, zone, hours and json.dumps(hours),
    ).fetchone()  # fmt: skip
    if capacity > 1:
        database.owner("insert into public.booking_rules (business_id, capacity) values (%s, %s)", identity, capacity)
    return identity


def appointment(database: Database, of: UUID, at: datetime, duration: int, status: str, source: str = "web") -> None:
    """Insert rows without checks, since the figures don't depend on capacity and opening hours."""
    with database.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(
            "insert into public.appointments (business_id, user_id, customer_name, scheduled_at, duration, status, source)"
            " select id, user_id, 'x', %s, %s, %s, %s from public.business_v2 where id = %s",
            [at, duration, status, source, of],
        )


@pytest.fixture
def booked(database: Database) -> dict[UUID, list[tuple[datetime, int, str, str]]]:
    """Make businesses with HOURS, in order, and their appointments: time, minutes, status, source."""
    dice = random.Random("appointments")
    found: dict[UUID, list[tuple[datetime, int, str, str]]] = {}
    rows = []
    for n, (zone, hours, capacity) in enumerate(HOURS):
        user = database.account(f"{n}@example.com")
        identity = business(database, user, zone, hours, capacity)
        found[identity] = [
            (
                NOW.replace(second=0, microsecond=0) + timedelta(minutes=dice.randint(-96 * 1440, 18 * 1440)),
                dice.choice((15, 60, 90, 1440)),
                dice.choice(("confirmed", "completed", "cancelled", "no_show")),
                dice.choice(("manual", "voice_agent", "web", "sms")),
            )
            for _ in range(250)
        ]
        rows += [(identity, user, *row) for row in found[identity]]
    with database.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.cursor().executemany(
            "insert into public.appointments (business_id, user_id, customer_name, scheduled_at, duration, status, source)"
            " values (%s, %s, 'x', %s, %s, %s, %s)",
            rows,
        )
    return found


def test_appointments_count_on_the_day_of_their_business(
    database: Database, booked: dict[UUID, list[tuple[datetime, int, str, str]]]
) -> None:
    refresh_view(database, "daily_appointments")
    rows = database.owner(
        "select business_id, day, source::text, status::text, appointments, minutes from analytics.daily_appointments"
    )
    got = {tuple(row[:4]): (row[4], row[5]) for row in rows}
    counts: Counter[Any] = Counter()
    minutes: Counter[Any] = Counter()
    for (identity, each), (zone, _, _) in zip(booked.items(), HOURS, strict=True):
        for at, duration, status, source in each:
            key = identity, at.astimezone(ZoneInfo(zone)).date(), source, status
            counts[key] += 1
            minutes[key] += duration
    assert got == {key: (count, minutes[key]) for key, count in counts.items()}


def test_no_show_rates_count_only_appointments_with_a_known_outcome(
    database: Database, booked: dict[UUID, list[tuple[datetime, int, str, str]]]
) -> None:
    refresh_view(database, "daily_appointments")
    rows = database.owner("select business_id, month, completed, no_shows, no_show_rate from analytics.no_show_rates")
    got = {tuple(row[:2]): tuple(row[2:]) for row in rows}
    outcomes: dict[Any, Counter[str]] = defaultdict(Counter)
    for (identity, each), (zone, _, _) in zip(booked.items(), HOURS, strict=True):
        for at, _, status, _ in each:
            if status in ("completed", "no_show"):
                outcomes[identity, at.astimezone(ZoneInfo(zone)).date().replace(day=1)][status] += 1
    assert got == {
        key: (
            found["completed"],
            found["no_show"],
            round(Decimal(found["no_show"]) / (found["completed"] + found["no_show"]), 4),
        )
        for key, found in outcomes.items()
    }


def instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    hour, minute = map(int, clock.split(":"))
    day += timedelta(days=hour // 24)
    return datetime.combine(day, time(hour % 24, minute), zone).astimezone(UTC)


def open_minutes(zone: ZoneInfo, hours: Any, days: list[date]) -> dict[datetime, date]:
    """Return each open minute and the day that it belongs to."""
    hours = hours or {"weekly": {day: [["09:00", "18:00"]] for day in WEEKDAYS}}
    found: dict[datetime, date] = {}
    for day in days:
        intervals = hours.get("special", {}).get(day.isoformat(), hours["weekly"].get(WEEKDAYS[day.weekday()], []))
        for opens, closes in intervals:
            at = instant(day, opens, zone)
            end = instant(day + timedelta(days=1 if closes <= opens else 0), closes, zone)
            while at < end:
                found.setdefault(at, day)
                at += timedelta(minutes=1)
    for closure in hours.get("closures", []):
        start, end = (
            datetime.fromisoformat(closure[key]).replace(tzinfo=zone).astimezone(UTC) for key in ("from", "to")
        )
        found = {at: day for at, day in found.items() if not start <= at < end}
    return found


def test_utilisation_is_the_share_of_open_minutes_that_are_booked(
    database: Database, booked: dict[UUID, list[tuple[datetime, int, str, str]]]
) -> None:
    now = refreshed(database, "open_hours_utilisation")
    columns = "business_id, day, open_minutes, capacity, booked_minutes"
    got = {
        (row[0], row[1]): tuple(row[2:])
        for row in database.owner(f"select {columns} from analytics.open_hours_utilisation")
    }
    want: dict[Any, tuple[Any, ...]] = {}
    for (identity, each), (name, hours, capacity) in zip(booked.items(), HOURS, strict=True):
        zone = ZoneInfo(name)
        today = now.astimezone(zone).date()
        days = [today + timedelta(days=n) for n in range(-91, 15)]
        belongs = open_minutes(zone, hours, days)
        opened = Counter(belongs.values())
        filled: Counter[date] = Counter()
        for at, duration, status, _ in each:
            if status != "cancelled":
                minutes = (at + timedelta(minutes=n) for n in range(duration))
                filled.update(belongs[minute] for minute in minutes if minute in belongs)
        want |= {(identity, day): (opened[day], capacity, filled[day]) for day in days[1:] if opened[day]}
    assert got == want
    assert sum(row[2] for row in got.values()) > 1000

    refresh_view(database, "daily_appointments")
    [identity, *_] = booked
    user = database.owner("select user_id from public.business_v2 where id = %s", identity).fetchone()[0]
    with database.as_user(user) as sql:
        own = sql(f"select {columns}, utilisation from public.utilisation_by_day").fetchall()
        assert {(row[0], row[1]): tuple(row[2:5]) for row in own} == {
            key: row for key, row in want.items() if key[0] == identity
        }
        assert all(row[5] == round(Decimal(row[4]) / (row[2] * row[3]), 4) for row in own)
        total = sql("select sum(appointments) from public.appointments_by_day").fetchone()
    assert total == (250,)


def test_rows_in_the_trash_do_not_count_in_the_figures(database: Database, alices: Rows, bobs: Rows) -> None:
    database.owner("delete from public.appointments where user_id = %s", alices.user)
    database.owner("delete from public.business_v2 where user_id = %s", bobs.user)
    for view in ("daily_appointments", "open_hours_utilisation"):
        refresh_view(database, view)
    assert database.owner("select count(*) from analytics.daily_appointments").fetchone() == (0,)
    found = database.owner("select distinct user_id, booked_minutes from analytics.open_hours_utilisation").fetchall()
    assert found == [(alices.user, 0)]


def test_extreme_rows_of_one_tenant_do_not_stop_the_refresh(database: Database, alices: Rows) -> None:
    """Odd rows: the ends of the calendar, a closure that a change of clocks reverses, hours that are never open."""
    odd = business(
        database, alices.user, "Pacific/Kiritimati",
        {"weekly": {"mon": []}, "closures": [{"from": "0001-01-01T00:00", "to": "9999-12-31T23:00"}]}, 1,
    )  # fmt: skip
    spring = {"from": "2026-03-29T02:30", "to": "2026-03-29T03:15"}
    business(database, alices.user, "Europe/Berlin", {"closures": [spring]}, 1)
    # A database from before this rule may hold such a row.
    database.owner("alter table public.appointments drop constraint appointment_time_within_calendar")
    for at in ("294276-12-31 20:00:00+00", "4713-01-02 00:00:00+00 BC", "9999-12-31 23:59:00+00"):
        with database.as_user(alices.user) as sql:
            sql(
                "insert into public.appointments (business_id, customer_name, scheduled_at, duration, status)"
                f" values (%s, 'x', '{at}', 1, 'cancelled')",
                odd,
            )
    for view in ("daily_appointments", "open_hours_utilisation"):
        assert refresh_view(database, view) == "refreshed", view
    assert database.owner(
        "select count(*) from analytics.daily_appointments where business_id = %s", odd
    ).fetchone() == (0,)


def test_an_interval_that_reaches_over_the_window_is_cut(database: Database) -> None:
    identity = business(database, database.account("a@example.com"), "UTC", None, 1)
    around = datetime.now(UTC).replace(hour=10, minute=0)
    # One more day at each end, in case a day ends during the test.
    booked = [around + timedelta(days=n) for n in (*range(-93, -88), *range(12, 18))]
    for at in booked:
        appointment(database, identity, at, 60, "completed")
    today = refreshed(database, "open_hours_utilisation").date()
    first, last = today - timedelta(days=90), today + timedelta(days=14)
    found = database.owner(
        "select min(day), max(day), sum(booked_minutes) from analytics.open_hours_utilisation"
    ).fetchone()
    assert found == (first, last, 60 * sum(first <= at.date() <= last for at in booked))
