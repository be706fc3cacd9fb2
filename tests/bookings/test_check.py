from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest

from tests.bookings.conftest import Diary
from tests.tenant_rows import Rows

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("when", "duration", "answer"),
    [
        (None, 60, "missing_argument"),
        ("2030-01-01", None, "missing_argument"),
        ("infinity", 60, "invalid_time"),
        ("-infinity", 60, "invalid_time"),
        ("2030-01-01", 0, "invalid_duration"),
        ("2030-01-01", -5, "invalid_duration"),
        ("2030-01-01", 1441, "invalid_duration"),
        ("2030-01-01", 2147483647, "invalid_duration"),
        ("2000-01-01", 60, "in_past"),
        ("4000-01-01 BC", 60, "in_past"),
        ("294000-01-01", 60, "too_far_ahead"),
    ],
)
def test_every_check_of_a_time_gets_an_answer(diary: Diary, when: Any, duration: Any, answer: str) -> None:
    with diary.database.as_service("voice_agent") as sql:
        query = (
            "select check_appointment_time(%s, %s::timestamptz, %s), validate_appointment_time(%s, %s::timestamptz, %s)"
        )
        assert sql(query, diary.id, when, duration, diary.id, when, duration).fetchone() == (answer, False)
        booked = sql(
            "select * from book_appointment(%s, %s::timestamptz, 'Dora', %s)", diary.id, when, duration
        ).fetchone()
        assert booked == (answer, None)
        moved = "select outcome from reschedule_appointment(%s, %s::timestamptz, %s)"
        assert sql(moved, NOBODY, when, duration).fetchone() == ("unknown_appointment",)
    assert diary.ask("select check_appointment_time(null, now(), 60)") == [("missing_argument",)]
    assert diary.ask("select check_appointment_time(%s, now() + interval '1 day')", NOBODY) == [("unknown_business",)]


def test_a_time_outside_notice_and_reach_is_refused(diary: Diary) -> None:
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    diary.setup(hours={"weekly": {key: [["00:00", "24:00"]] for key in week}}, min_notice=120, max_days_ahead=10)
    now = datetime.now(UTC)
    assert diary.check(now + timedelta(minutes=119)) == "too_soon"
    assert diary.check(now + timedelta(minutes=121)) == "ok"
    assert diary.check(now + timedelta(days=9, hours=23)) == "ok"
    assert diary.check(now + timedelta(days=10, minutes=5)) == "too_far_ahead"
    found = diary.slots(now - timedelta(days=1), now + timedelta(days=30))
    assert now + timedelta(minutes=120) <= found[0][0] < now + timedelta(minutes=181)
    assert now + timedelta(days=9, hours=22) < found[-1][0] <= now + timedelta(days=10, minutes=1)


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        ("294276-12-31 20:00+00", "appointment_time_within_calendar"),
        ("9000-01-01 00:00+00", "appointment_time_within_calendar"),
        ("1899-12-31 23:59+00", "appointment_time_within_calendar"),
        ("infinity", "appointment_time_is_finite"),
        ("8999-12-31 23:59+00", None),
        ("1900-01-01 00:00+00", None),
    ],
)
def test_an_appointment_can_not_be_at_a_time_that_clients_can_not_read(
    diary: Diary, alices: Rows, at: str, rule: str | None
) -> None:
    insert = "insert into public.appointments (business_id, customer_name, scheduled_at, status) values (%s, 'x', %s, 'cancelled')"
    with diary.database.as_user(alices.user) as sql:
        if rule is None:
            assert sql(insert, diary.id, at).rowcount == 1
        else:
            with pytest.raises(psycopg.errors.CheckViolation) as error:
                sql(insert, diary.id, at)
            assert error.value.diag.constraint_name == rule


def test_a_business_in_the_trash_is_unknown(diary: Diary, monday: date) -> None:
    diary.database.owner("delete from public.business_v2 where id = %s", diary.id)
    assert diary.check(diary.at(monday, "10:00")) == "unknown_business"
    assert diary.book(diary.at(monday, "10:00")) == ("unknown_business", None)
    assert diary.slots(diary.at(monday, "00:00"), diary.at(monday, "23:00")) == []


def test_bob_gets_unknown_business_for_alices_business(diary: Diary, bobs: Rows, monday: date) -> None:
    when = diary.at(monday, "10:00")
    [_, mine] = diary.book(when)
    with diary.database.as_user(bobs.user) as sql:
        assert sql("select check_appointment_time(%s, %s)", diary.id, when).fetchone() == ("unknown_business",)
        assert sql("select validate_appointment_time(%s, %s, 60)", diary.id, when).fetchone() == (False,)
        assert sql("select * from book_appointment(%s, %s, 'Bob')", diary.id, when).fetchone() == (
            "unknown_business",
            None,
        )
        assert (
            sql("select * from available_slots(%s, %s, %s)", diary.id, when, when + timedelta(days=1)).fetchall() == []
        )
        assert sql("select * from nearest_slots(%s, %s)", diary.id, when).fetchall() == []
        moved = sql("select * from reschedule_appointment(%s, %s)", mine, when + timedelta(hours=2)).fetchone()
        assert moved == ("unknown_appointment", None)
        assert sql("select * from cancel_appointment(%s)", mine).fetchone() == ("unknown_appointment", None)
    with diary.database.as_user(diary.rows.user) as sql:
        assert sql("select check_appointment_time(%s, %s)", diary.id, when).fetchone() == ("fully_booked",)
        assert sql("select outcome from cancel_appointment(%s)", mine).fetchone() == ("cancelled",)


def test_an_insert_does_not_reveal_alices_times_to_bob(diary: Diary, bobs: Rows, monday: date) -> None:
    diary.book(diary.at(monday, "10:00"))
    answers = set()
    query = "insert into appointments (business_id, customer_name, scheduled_at) values (%s, 'x', %s)"
    for clock in ("10:00", "14:00"):
        with pytest.raises(psycopg.errors.IntegrityError) as refused, diary.database.as_user(bobs.user) as sql:
            sql(query, diary.id, diary.at(monday, clock))
        answers.add((refused.value.sqlstate, refused.value.diag.constraint_name))
    assert answers == {("23503", "appointment_in_own_business")}


@pytest.mark.parametrize("role", ["anon", "kb_updater"])
def test_other_roles_can_not_check_times(diary: Diary, role: str) -> None:
    for query in (
        "select check_appointment_time(null, null)",
        "select * from book_appointment(null, null, null)",
        "select * from available_slots(null, null, null)",
        "select * from private.book(null, null, null, null, null, null, null, null, null, null)",
        "select * from private.booking_diaries",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), diary.database.request(role, {"role": role}) as sql:
            sql(query)


def test_slots_of_a_day_with_a_thousand_intervals_take_linear_time(diary: Diary) -> None:
    """Comparing each interval with all later ones took an hour for a season."""
    minutes = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(1440)] + ["24:00"]
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    closed = {"from": "2026-01-01T00:00", "to": "2999-01-01T00:00"}
    # Insert a row from before the limits.
    diary.database.owner("alter table public.business_v2 drop constraint business_hours_bounded")
    diary.setup(hours={"weekly": {key: list(pairwise(minutes)) for key in week}, "closures": [closed]})
    with diary.database.as_service("voice_agent") as sql:
        sql("set local statement_timeout = '20s'")
        asked = "select * from available_slots(%s, now(), now() + interval '62 days')"
        assert sql(asked, diary.id).fetchall() == []
