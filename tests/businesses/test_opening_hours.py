import json

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows


def is_open(database: Database, hours: object, zone: str, at: str, seconds: int = 0) -> bool:
    row = database.owner(
        "select private.is_open_at(%s::jsonb, %s, %s::timestamptz + %s * interval '1 second')",
        hours and json.dumps(hours), zone, at, seconds,
    )  # fmt: skip
    return row.fetchone()[0]


GOOD = [
    None,
    {},
    {"weekly": {}},
    {"weekly": {"mon": [["09:00", "12:00"], ["13:00", "18:00"]], "sun": []}},
    {"weekly": {"fri": [["22:00", "02:00"]], "sat": [["02:00", "24:00"]]}},
    {"weekly": {"sun": [["22:00", "02:00"]], "mon": [["02:00", "03:00"]]}},
    {"weekly": {day: [["00:00", "00:00"]] for day in ("fri", "sat", "sun", "mon")}},
    {"weekly": {"sun": [["22:00", "00:00"]], "mon": [["00:00", "00:00"]], "tue": [["00:00", "02:00"]]}},
    {"special": {"2026-12-25": [["00:00", "00:00"]], "2026-12-26": [["00:00", "24:00"]]}},
    {"special": {"2026-12-25": [], "2028-02-29": [["10:00", "12:00"]]}},
    {"closures": [{"from": "2026-08-01T00:00", "to": "2026-08-16T00:00"}]},
]
BAD = [
    [],
    "always",
    {"weekly": []},
    {"daily": {}},
    {"weekly": {"monday": []}},
    {"weekly": {"mon": "09:00-18:00"}},
    {"weekly": {"mon": [["09:00"]]}},
    {"weekly": {"mon": [["9:00", "18:00"]]}},
    {"weekly": {"mon": [["09:00", "09:00"]]}},
    {"weekly": {"mon": [["08:00", "08:00"]]}},
    {"weekly": {"mon": [["23:59", "23:59"]]}},
    {"weekly": {"mon": [["24:00", "24:00"]]}},
    {"weekly": {"mon": [["24:00", "00:00"]]}},
    {"weekly": {"mon": [["00:00", "00:00"], ["09:00", "12:00"]]}},
    {"weekly": {"mon": [["00:00", "00:00"]], "sun": [["22:00", "00:01"]]}},
    {"weekly": {"mon": [["24:00", "25:00"]]}},
    {"weekly": {"mon": [["09:00", "18:60"]]}},
    {"weekly": {"mon": [[9, 18]]}},
    {"weekly": {"mon": [["09:00", None]]}},
    {"weekly": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}},
    {"weekly": {"fri": [["22:00", "02:00"]], "sat": [["01:00", "03:00"]]}},
    {"weekly": {"sun": [["22:00", "02:00"]], "mon": [["01:00", "03:00"]]}},
    {"special": {"2026-02-30": []}},
    {"special": {"25.12.2026": []}},
    {"special": {"0000-01-01": []}},
    {"special": {"2026-12-25": [["09:00", "12:00"], ["11:00", "13:00"]]}},
    {"special": {"2026-12-25": None}},
    {"closures": [{"from": "2026-08-16T00:00", "to": "2026-08-01T00:00"}]},
    {"closures": [{"from": "2026-08-01"}]},
    {"closures": [{"from": "2026-08-01T25:00", "to": "2026-08-16T00:00"}]},
    {"closures": [{"from": "2026-02-30T00:00", "to": "2026-08-16T00:00"}]},
    {"closures": [{"from": "2026-08-01T00:00", "to": "2026-08-16T00:00", "why": "holiday"}]},
    {"closures": ["2026-08-01"]},
    {"closures": {}},
]


@pytest.fixture
def write(database: Database, alices: Rows):
    def write(hours: object) -> None:
        with database.as_user(alices.user) as sql:
            sql(
                "update public.business_v2 set business_hours = %s::jsonb",
                None if hours is None else json.dumps(hours),
            )

    return write


def test_well_formed_hours_are_accepted(write) -> None:
    for hours in GOOD:
        write(hours)


def test_malformed_hours_are_refused_by_name(write) -> None:
    for hours in BAD:
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            write(hours)
        assert refused.value.diag.constraint_name == "business_hours_valid", hours


@pytest.mark.parametrize(
    ("hours", "zone", "at", "expected"),
    [
        (None, "UTC", "2026-11-23 08:59Z", False),
        (None, "UTC", "2026-11-23 09:00Z", True),
        (None, "UTC", "2026-11-23 17:59:59Z", True),
        (None, "UTC", "2026-11-23 18:00Z", False),
        (None, "Asia/Kolkata", "2026-11-23 03:30Z", True),
        (None, "Asia/Kolkata", "2026-11-23 12:30Z", False),
        ({"weekly": {"fri": [["22:00", "02:00"]]}}, "Europe/Berlin", "2026-11-27 21:30Z", True),
        ({"weekly": {"fri": [["22:00", "02:00"]]}}, "Europe/Berlin", "2026-11-28 00:59Z", True),
        ({"weekly": {"fri": [["22:00", "02:00"]]}}, "Europe/Berlin", "2026-11-28 01:00Z", False),
        ({"weekly": {"fri": [["22:00", "02:00"]]}}, "Europe/Berlin", "2026-11-28 21:30Z", False),
        ({"weekly": {"mon": [["00:00", "24:00"]]}}, "UTC", "2026-11-23 23:59Z", True),
        ({"weekly": {"mon": [["00:00", "24:00"]]}}, "UTC", "2026-11-24 00:00Z", False),
        ({"special": {"2026-11-23": []}}, "UTC", "2026-11-23 10:00Z", False),
        ({"special": {"2026-11-23": [["20:00", "21:00"]]}}, "UTC", "2026-11-23 20:30Z", True),
        ({"weekly": {}, "special": {"2026-11-22": [["22:00", "01:00"]]}}, "UTC", "2026-11-23 00:30Z", True),
        (
            {"closures": [{"from": "2026-11-23T10:00", "to": "2026-11-23T11:00"}]},
            "UTC",
            "2026-11-23 10:59Z",
            False,
        ),
        (
            {"closures": [{"from": "2026-11-23T10:00", "to": "2026-11-23T11:00"}]},
            "UTC",
            "2026-11-23 11:00Z",
            True,
        ),
        # The clock jumps from 02:00 to 03:00: this reverses the interval, so it is left out.
        ({"weekly": {"sun": [["02:30", "03:15"]]}}, "Europe/Berlin", "2027-03-28 01:10Z", False),
        # 02:30 occurs twice. The interval from the first to the second occurrence is one interval.
        ({"weekly": {"sun": [["01:00", "04:00"]]}}, "Europe/Berlin", "2027-10-31 02:30Z", True),
    ],
)
def test_a_business_is_open_when_its_own_clock_says_so(
    database: Database, hours, zone: str, at: str, expected: bool
) -> None:
    assert is_open(database, hours, zone, at) is expected


WHOLE_DAYS = [
    # Time zones and the days around a change of clocks: at night, at midnight (the day begins at 01:00), and without a
    # change.
    ("Europe/Berlin", "2027-03-28"),
    ("Europe/Berlin", "2027-10-31"),
    ("America/Santiago", "2027-09-05"),
    ("Asia/Beirut", "2027-03-28"),
    ("America/New_York", "2026-11-01"),
    ("UTC", "2026-12-31"),
]


@pytest.mark.parametrize(("zone", "day"), WHOLE_DAYS)
def test_midnight_to_midnight_is_the_whole_day(database: Database, zone: str, day: str) -> None:
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    times = "select opens_at, closes_at from private.opening_times(%s::jsonb, %s, %s::date - 2, %s::date + 2)"
    both = [
        database.owner(times, json.dumps({"weekly": {d: [["00:00", end]] for d in week}}), zone, day, day).fetchall()
        for end in ("00:00", "24:00")
    ]
    assert both[0] == both[1]
    # No gaps and no overlaps, even when clocks change.
    assert len(both[0]) == 5
    assert [opens for opens, _ in both[0][1:]] == [closes for _, closes in both[0][:-1]]
    hours = {"special": {day: [["00:00", "00:00"]]}, "weekly": {}}
    bounds = database.owner(
        "select (%s::date)::timestamp at time zone %s, (%s::date + 1)::timestamp at time zone %s", day, zone, day, zone
    ).fetchone()
    for seconds, expected in ((0, True), (-1, False)):
        assert is_open(database, hours, zone, f"{bounds[0]}", seconds) is expected
        assert is_open(database, hours, zone, f"{bounds[1]}", seconds) is not expected


def test_a_business_that_never_closes_is_booked_over_midnight(database: Database, alices: Rows) -> None:
    week = {day: [["00:00", "00:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    with database.as_user(alices.user) as sql:
        sql(
            "update public.business_v2 set business_hours = %s, timezone = 'Europe/Berlin'",
            json.dumps({"weekly": week}),
        )
    database.owner("delete from public.appointments")
    start = "date_trunc('day', now() + interval '3 days')"
    with database.as_service("voice_agent") as sql:
        for offset in ("0", "-30 minutes", "22 hours 45 minutes", "23 hours 30 minutes"):
            said = sql(
                f"select check_appointment_time(%s, {start} + %s::interval, 60)", alices.business, offset
            ).fetchone()
            assert said == ("ok",), offset
        free = sql(
            f"select count(*) from available_slots(%s, {start}, {start} + interval '2 days', 60, 60, 100)",
            alices.business,
        ).fetchone()
        assert free == (48,)


def test_opening_hours_do_not_depend_on_session_settings(database: Database) -> None:
    database.owner("set timezone = 'Asia/Tokyo'")
    database.owner("set datestyle = 'German'")
    assert is_open(database, {"special": {"2026-12-01": []}}, "UTC", "2026-12-01 10:00Z") is False
    assert (
        is_open(
            database,
            {"closures": [{"from": "2026-12-01T00:00", "to": "2026-12-02T00:00"}]},
            "UTC",
            "2026-12-01 10:00Z",
        )
        is False
    )
    assert is_open(database, None, "UTC", "2026-12-01 10:00Z") is True


@pytest.mark.parametrize(
    "zone", ["Foo+3", "Mars/Olympus", "posix/Europe/Berlin", "localtime", "", "europe/berlin ", "+02"]
)
def test_a_time_zone_that_is_not_an_iana_name_is_refused(database: Database, alices: Rows, zone: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused, database.as_user(alices.user) as sql:
        sql("update public.business_v2 set timezone = %s", zone)
    assert refused.value.diag.constraint_name == "business_time_zone_is_iana"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_an_iana_time_zone_is_accepted(database: Database, alices: Rows, zone: str) -> None:
    with database.as_user(alices.user) as sql:
        assert sql("update public.business_v2 set timezone = %s", zone).rowcount == 1


@pytest.mark.parametrize("at", ["2026-10-25 00:30+00", "2026-10-25 01:30+00", "2026-10-25 02:30+00"])
def test_a_closure_in_the_hour_that_comes_twice_is_the_same_for_callers_and_for_bookings(
    database: Database, at: str
) -> None:
    closed = {"from": "2026-10-25T02:00", "to": "2026-10-25T03:00"}
    hours = {"weekly": {day: [["00:00", "24:00"]] for day in ("sat", "sun")}, "closures": [closed]}
    minute = "select private.open_throughout(%s::jsonb, 'Europe/Berlin', %s::timestamptz, %s::timestamptz + interval '1 minute')"
    [bookable] = database.owner(minute, json.dumps(hours), at, at).fetchone()
    assert is_open(database, hours, "Europe/Berlin", at) is bookable
    assert bookable is (at != "2026-10-25 01:30+00")
