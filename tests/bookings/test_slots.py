import json
import random
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from tests.bookings.conftest import Diary, coming


def test_the_grid_begins_at_each_opening(diary: Diary, monday: date) -> None:
    diary.setup(hours={"weekly": {"mon": [["09:10", "12:00"], ["13:05", "15:00"]]}})
    found = diary.slots(diary.at(monday, "00:00"), diary.at(monday, "23:00"), 45, 30)
    assert [row[2][11:16] for row in found] == ["09:10", "09:40", "10:10", "10:40", "11:10", "13:05", "13:35", "14:05"]
    later = diary.slots(diary.at(monday, "09:41"), diary.at(monday, "13:35"), 45, 30)
    assert later == found[2:6]
    assert diary.slots(diary.at(monday, "00:00"), diary.at(monday, "23:00"), 45, 30, limit=2) == found[:2]


def test_the_step_of_the_business_is_used(diary: Diary, monday: date) -> None:
    diary.setup(slot_step=90)
    found = diary.slots(diary.at(monday, "00:00"), diary.at(monday, "23:00"))
    assert [row[2][11:16] for row in found] == ["09:00", "10:30", "12:00", "13:30", "15:00", "16:30"]


@pytest.mark.parametrize(
    "change",
    [
        {"from": None},
        {"to": None},
        {"from": "-infinity"},
        {"to": "infinity"},
        {"to": "2027-05-01"},
        {"from": "294000-01-01", "to": "294000-01-02"},
        {"duration": 0},
        {"duration": None},
        {"step": 0},
        {"limit": 0},
        {"limit": 100000},
    ],
)
def test_arguments_out_of_range_are_refused_with_a_hint(diary: Diary, change: dict[str, Any]) -> None:
    asked = {"from": "2027-01-01", "to": "2027-01-08", "duration": 60, "step": 30, "limit": 50, **change}
    with pytest.raises(psycopg.errors.InvalidParameterValue) as refused:
        diary.ask(
            "select * from available_slots(%s, %s::timestamptz, %s::timestamptz, %s, %s, %s)", diary.id, *asked.values()
        )
    assert refused.value.diag.message_hint


def test_slots_and_check_agree_for_random_bookings(diary: Diary, monday: date) -> None:
    dice = random.Random(7)
    hours = {"weekly": {"mon": [["08:00", "12:30"], ["13:00", "24:00"]], "tue": [["00:00", "03:00"]]}}
    closure = {"from": f"{monday}T16:10", "to": f"{monday}T16:50"}
    diary.setup(hours={**hours, "closures": [closure]}, capacity=3, buffer_before=5, buffer_after=10)
    start, end = diary.at(monday, "00:00"), diary.at(monday + timedelta(days=1), "12:00")
    for _ in range(40):
        diary.book(start + timedelta(minutes=5 * dice.randrange(400)), dice.choice([15, 30, 60, 120]))
    assert diary.count() > 15
    free = {row[0]: row[3] for row in diary.slots(start, end, 30, 5)}
    busy = diary.ask("select busy_from, busy_to from public.appointments where status = 'confirmed'")
    for minutes in range(0, 36 * 60, 5):
        at = start + timedelta(minutes=minutes)
        assert (at in free) == (diary.check(at, 30) == "ok"), at
        if at in free:
            inside = [at + timedelta(minutes=m) for m in range(-5, 40)]
            assert free[at] == 3 - max(sum(begin <= minute < stop for begin, stop in busy) for minute in inside)


def week_of(dice: random.Random, day: date) -> dict[str, Any]:
    """Draw hours with breaks, nights, special days and closures, some of which the database refuses."""

    def hours() -> list[list[str]]:
        ends = sorted(dice.sample(range(0, 1440, dice.choice([5, 60])), dice.choice([0, 2, 2, 4])))
        found = [
            [f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}"]
            for a, b in zip(ends[::2], ends[1::2], strict=True)
        ]
        if found and dice.random() < 0.4:
            found[-1][1] = dice.choice(["24:00", "01:30"])
        return found

    closed = day + timedelta(days=dice.randrange(3))
    return {
        "weekly": {name: hours() for name in ("mon", "tue", "wed", "fri", "sat", "sun")},
        "special": {str(day + timedelta(days=dice.randrange(3))): hours()},
        "closures": [{"from": f"{closed}T10:10", "to": f"{closed}T{dice.choice(['10:45', '23:59'])}"}]
        * dice.randrange(2),
    }


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_slots_are_the_times_of_the_grid_that_the_check_allows(diary: Diary, zone: str) -> None:
    dice = random.Random(zone)
    grid = (
        "select distinct o.opens_at + n * interval '20 minutes' as at"
        " from private.opening_times(%s::jsonb, %s, %s::date - 1, %s::date + 3) o, generate_series(0, 80) n"
        " where o.opens_at + n * interval '20 minutes' < o.closes_at order by at"
    )
    tried = 0
    while tried < 12:
        # Days around a change of clocks, and one other day.
        day = dice.choice([coming(6, month=3), coming(6, month=10), coming(6, month=11), coming(2)]) - timedelta(days=1)
        hours = week_of(dice, day)
        text = json.dumps(hours)
        if not diary.database.owner("select private.business_hours_valid(%s)", text).fetchone()[0]:
            continue
        tried += 1
        diary.setup(
            zone=zone, hours=hours, capacity=dice.choice([1, 2]), buffer_after=dice.choice([0, 10]), max_days_ahead=800
        )
        start, end = diary.at(day, "00:00"), diary.at(day + timedelta(days=3), "00:00")
        for _ in range(20):
            diary.book(start + timedelta(minutes=5 * dice.randrange(860)), dice.choice([15, 45, 120]))
        duration = dice.choice([15, 40, 90])
        allowed = [
            at
            for (at,) in diary.database.owner(grid, text, zone, day, day)
            if start <= at < end and diary.check(at, duration) == "ok"
        ]
        assert [row[0] for row in diary.slots(start, end, duration, 20)] == allowed, (day, hours)


def test_nearest_slots_come_in_order_of_distance(diary: Diary, monday: date) -> None:
    for clock in ("10:00", "11:00", "12:00"):
        assert diary.book(diary.at(monday, clock))[0] == "booked"

    def near(clock: str, limit: int = 3) -> list[str]:
        found = diary.ask("select * from nearest_slots(%s, %s, 60, %s)", diary.id, diary.at(monday, clock), limit)
        return [row[2][5:16] for row in found]

    day = f"{monday:%m-%d}"
    assert near("11:00") == [f"{day}T09:00", f"{day}T13:00", f"{day}T14:00"]
    assert near("09:00", 1) == [f"{day}T09:00"]
    tuesday = f"{monday + timedelta(days=1):%m-%d}"
    assert near("23:00", 2) == [f"{day}T17:00", f"{day}T16:00"]
    assert near("23:59", 4) == [f"{day}T17:00", f"{day}T16:00", f"{day}T15:00", f"{tuesday}T09:00"]


def test_a_business_closed_for_weeks_offers_slots_after_that(diary: Diary, monday: date) -> None:
    closed = {"from": f"{monday - timedelta(days=25)}T00:00", "to": f"{monday + timedelta(days=20)}T00:00"}
    diary.setup(hours={"closures": [closed]})
    found = diary.ask("select * from nearest_slots(%s, %s)", diary.id, diary.at(monday, "00:00"))
    assert len(found) == 3
    assert found[0][2].startswith(f"{monday + timedelta(days=20)}T09:00")
