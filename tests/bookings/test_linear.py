"""Slots and checks take time linear in the data of a tenant, and their results stay the same."""

import json
import random
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.bookings.conftest import Diary, coming
from tests.bookings.test_slots import week_of

# The same functions as they were before they became linear.
BEFORE = Path(__file__).with_name("slots_before.sql")
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]


@pytest.fixture
def unbounded(diary: Diary) -> Diary:
    """Allow any number of closures, as before the limits."""
    diary.database.owner("alter table public.business_v2 drop constraint business_hours_bounded")
    return diary


def many_closures(day: date, count: int, *, gap: int) -> list[dict[str, str]]:
    """Return closures of three minutes each from 09:00 on, `gap` minutes apart, in random order."""
    found = []
    for n in range(count):
        minute = n * gap
        on, at = day + timedelta(days=minute // 1440), minute % 1440
        found.append(
            {"from": f"{on}T{at // 60:02}:{at % 60:02}", "to": f"{on}T{(at + 3) // 60:02}:{(at + 3) % 60:02}"}
            if at < 1437
            else {"from": f"{on}T23:50", "to": f"{on}T23:55"}
        )
    random.Random(count).shuffle(found)
    return found


def fastest(sql: Any, query: str, *params: Any) -> float:
    """Return the milliseconds of the fastest of five runs."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        sql(query, *params).fetchall()
        took.append((time.perf_counter() - began) * 1000)
    return min(took)


# On an idle machine, each takes less than 50 ms. The earlier functions took seconds.
LONGEST = 400


@pytest.mark.parametrize(
    "query",
    [
        "select * from available_slots(%s, %s, %s::timestamptz + interval '62 days', 60, 5, 1000)",
        "select * from nearest_slots(%s, %s, 30, 100) where %s::text is not null",
        "select check_appointment_time(%s, %s, 60) where %s::text is not null",
        "select private.is_open_at(business_hours, timezone, now()) from business_v2"
        " where id = %s and (%s::text, %s::text) is not null",
    ],
)
def test_slots_among_eight_thousand_closures_take_linear_time(unbounded: Diary, monday: date, query: str) -> None:
    always = [["00:00", "24:00"]]
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    when = unbounded.at(monday, "10:00")
    took = []
    for count in (1000, 8000):
        closures = many_closures(monday, count, gap=11)
        unbounded.setup(zone="Europe/Berlin", hours={"weekly": dict.fromkeys(week, always), "closures": closures})
        with unbounded.database.as_service("voice_agent") as sql:
            took.append(fastest(sql, query, unbounded.id, when, when))
    # Quadratic time would be 64 times as long.
    assert took[1] < 24 * max(took[0], 1), took
    assert took[1] < LONGEST, took


def test_slots_among_thousands_of_parallel_appointments_take_linear_time(diary: Diary, monday: date) -> None:
    """Comparing each candidate with all appointments that it meets took quadratic time."""
    diary.setup(hours={"weekly": {"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]]}}, capacity=1000)
    database, start = diary.database, diary.at(monday, "00:00")
    database.owner("set session_replication_role = replica")
    database.owner(
        "insert into public.appointments (business_id, user_id, customer_name, scheduled_at, duration, slot_number)"
        " select %s, %s, 'x', %s::timestamptz + n * interval '10 seconds', 60, n from generate_series(1, 8000) n",
        diary.id, diary.rows.user, start,
    )  # fmt: skip
    database.owner(
        "insert into private.booking_diaries (business_id, longest_stay, placed) values (%s, 60, 1)"
        " on conflict (business_id) do update set longest_stay = 60",
        diary.id,
    )
    database.owner("set session_replication_role = origin")
    with database.as_service("voice_agent") as sql:
        query = "select * from available_slots(%s, %s, %s::timestamptz + interval '2 days', 1200, 1, 1000)"
        took = fastest(sql, query, diary.id, start, start)
    assert took < LONGEST, f"{took:.0f} ms"


@pytest.fixture
def before(diary: Diary) -> None:
    """Install the earlier functions beside the current ones."""
    text = BEFORE.read_text()
    for name in ("free_runs", "open_throughout"):
        text = text.replace(f"private.{name}(", f"private.{name}_before(")
    diary.database.owner(text)


@pytest.mark.parametrize("zone", ZONES)
def test_slots_equal_those_of_the_earlier_functions(unbounded: Diary, before: None, zone: str) -> None:
    dice = random.Random(zone)
    tried = 0
    while tried < 25:
        day = dice.choice([coming(6, month=3), coming(6, month=10), coming(6, month=11), coming(2)]) - timedelta(days=1)
        hours = week_of(dice, day)
        hours["closures"] = [closure(dice, day) for _ in range(dice.choice([0, 1, 3, 12, 40]))]
        if not unbounded.database.owner("select private.business_hours_valid(%s)", json.dumps(hours)).fetchone()[0]:
            continue
        tried += 1
        unbounded.setup(
            zone=zone, hours=hours, capacity=dice.choice([1, 2, 5]), max_days_ahead=800,
            buffer_before=dice.choice([0, 7]), buffer_after=dice.choice([0, 10]),
        )  # fmt: skip
        start = unbounded.at(day, "00:00")
        for _ in range(dice.choice([0, 10, 40])):
            unbounded.book(start + timedelta(minutes=5 * dice.randrange(860)), dice.choice([5, 45, 120, 900]))
        for duration, step, limit in ((15, 5, 10_000), (dice.choice([1, 90, 400]), dice.choice([None, 7, 60]), 30)):
            asked = (unbounded.id, start, start + timedelta(days=4), duration, step, limit)
            assert starts(unbounded, "free_runs_before", asked) == starts(unbounded, "free_runs", asked), (day, hours)
        for _ in range(30):
            at = start + timedelta(minutes=dice.randrange(5000))
            params = (json.dumps(hours), zone, at, at + timedelta(minutes=dice.choice([1, 30, 300])))
            [[then, now]] = unbounded.database.owner(
                "select private.open_throughout_before(h, z, a, b), private.open_throughout(h, z, a, b)"
                " from (values (%s::jsonb, %s, %s::timestamptz, %s::timestamptz)) v (h, z, a, b)",
                *params,
            ).fetchall()
            assert then is now, params


def starts(diary: Diary, function: str, asked: tuple[Any, ...]) -> list[Any]:
    """Return each start, since runs may be cut differently."""
    return diary.database.owner(
        "select r.first_at + n.n * r.step, r.free, r.local_date, r.local_time + n.n * r.step, r.utc_offset"
        f" from private.{function}(%s, %s, %s, %s, %s, %s) r cross join lateral generate_series(0, r.times - 1) n (n)",
        *asked,
    ).fetchall()


def closure(dice: random.Random, day: date) -> dict[str, str]:
    on, at, long = day + timedelta(days=dice.randrange(4)), dice.randrange(1430), dice.choice([1, 5, 20, 200, 3000])
    until, end = on + timedelta(days=(at + long) // 1440), (at + long) % 1440
    return {"from": f"{on}T{at // 60:02}:{at % 60:02}", "to": f"{until}T{end // 60:02}:{end % 60:02}"}


@pytest.mark.parametrize(
    "hours",
    [
        {"closures": [{"from": "2027-01-01T00:00", "to": "2027-01-02T00:00"}] * 1001},
        {"weekly": {"mon": [["00:00", "00:01"]] * 1001}},
        {"special": {str(date(2027, 1, 1) + timedelta(days=n)): [] for n in range(1001)}},
        {"special": {str(date(2027, 1, 1) + timedelta(days=n)): [["09:00", "10:00"]] for n in range(501)}},
        {"weekly": {"mon": [["09:00", "x" * 66_000]]}},
        {"closures": [{"from": "2027-01-01T00:00", "to": "x" * 66_000}]},
    ],
)
def test_hours_beyond_the_bounds_are_refused_by_name(diary: Diary, hours: Any) -> None:
    with (
        pytest.raises(psycopg.errors.CheckViolation) as refused,
        diary.database.as_user(diary.rows.user) as sql,
    ):
        sql("update public.business_v2 set business_hours = %s::jsonb", json.dumps(hours))
    assert refused.value.diag.constraint_name == "business_hours_bounded"


def test_a_thousand_closures_are_within_the_bounds(diary: Diary, monday: date) -> None:
    with diary.database.as_user(diary.rows.user) as sql:
        sql(
            "update public.business_v2 set business_hours = %s::jsonb",
            json.dumps({"closures": many_closures(monday, 1000, gap=60)}),
        )
