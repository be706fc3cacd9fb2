from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from tests.bookings.conftest import Diary

INSERT = "insert into public.appointments (business_id, customer_name, scheduled_at, duration) values (%s, 'x', %s, %s)"


def refused(diary: Diary, query: str, *params: Any, role: str = "service_role") -> bool:
    refusal = None
    try:
        with diary.database.as_service(role) as sql:
            sql(query, *params)
    except psycopg.errors.ExclusionViolation as error:
        refusal = error.diag
    assert refusal is None or (refusal.constraint_name == "appointments_no_double_booking" and refusal.message_hint)
    return refusal is not None


@pytest.mark.parametrize("role", ["service_role", "voice_agent", "console"])
def test_every_role_is_refused_a_second_appointment_at_the_same_time(diary: Diary, monday: date, role: str) -> None:
    assert not refused(diary, INSERT, diary.id, diary.at(monday, "10:00"), 60, role=role)
    assert refused(diary, INSERT, diary.id, diary.at(monday, "10:59"), 60, role=role)
    assert not refused(diary, INSERT, diary.id, diary.at(monday, "11:00"), 60, role=role)
    assert diary.count() == 2


def test_a_user_is_refused_a_second_appointment_at_the_same_time(diary: Diary, monday: date) -> None:
    diary.book(diary.at(monday, "10:00"))
    with pytest.raises(psycopg.errors.ExclusionViolation), diary.database.as_user(diary.rows.user) as sql:
        sql(INSERT, diary.id, diary.at(monday, "09:30"), 60)


def test_one_statement_of_many_rows_is_refused_as_a_whole(diary: Diary, monday: date) -> None:
    query = (
        "insert into public.appointments (business_id, customer_name, scheduled_at)"
        " select %s, 'x', %s::timestamptz + n * interval '30 minutes' from generate_series(0, 3) n"
    )
    assert refused(diary, query, diary.id, diary.at(monday, "10:00"))
    assert diary.count() == 0


def test_a_cancelled_appointment_frees_its_time_and_can_not_retake_it(diary: Diary, monday: date) -> None:
    when = diary.at(monday, "10:00")
    _, first = diary.book(when)
    assert diary.check(when) == "fully_booked"
    diary.ask("select * from cancel_appointment(%s, 'ill')", first)
    assert diary.check(when) == "ok"
    assert diary.book(when)[0] == "booked"
    assert refused(diary, "update public.appointments set status = 'confirmed' where id = %s", first)
    assert not refused(diary, "update public.appointments set notes = 'x' where id = %s", first)


def test_an_appointment_is_restored_only_if_its_time_is_free(diary: Diary, monday: date) -> None:
    when = diary.at(monday, "10:00")
    _, first = diary.book(when)
    diary.ask("delete from public.appointments where id = %s returning id", first, role="service_role")
    assert diary.book(when)[0] == "booked"
    assert refused(diary, "update public.appointments set deleted_at = null where id = %s", first, role="console")


@pytest.mark.parametrize("status", ["completed", "no_show", "cancelled"])
def test_only_confirmed_appointments_take_up_time(diary: Diary, monday: date, status: str) -> None:
    when = diary.at(monday, "10:00")
    _, first = diary.book(when)
    diary.database.owner(
        "update public.appointments set status = %s::public.appointment_status where id = %s", status, first
    )
    assert diary.check(when) == "ok"


def test_lowering_the_capacity_keeps_booked_appointments(diary: Diary, monday: date) -> None:
    when = diary.at(monday, "10:00")
    diary.setup(capacity=3)
    ids = [diary.book(when)[1] for _ in range(3)]
    assert diary.book(when) == ("fully_booked", None)
    diary.setup(capacity=1)
    query = "update public.appointments set notes = 'window seat', customer_name = 'Eve' where id = %s"
    for one in ids:
        assert not refused(diary, query, one)
    diary.ask("select * from cancel_appointment(%s)", ids[0])
    assert diary.check(when) == "fully_booked"
    diary.ask("select * from cancel_appointment(%s)", ids[1])
    assert diary.book(when)[0] == "fully_booked"
    diary.ask("select * from cancel_appointment(%s)", ids[2])
    assert diary.book(when)[0] == "booked"


def test_the_capacity_counts_appointments_at_a_time_and_not_slot_numbers(diary: Diary, monday: date) -> None:
    """Each slot number is taken for a part of the time, but the capacity is never reached."""
    diary.setup(capacity=2)
    ten, eleven = diary.at(monday, "10:00"), diary.at(monday, "11:00")
    assert diary.book(ten)[0] == "booked"
    _, other = diary.book(eleven)
    assert diary.book(eleven)[0] == "booked"
    diary.ask("select * from cancel_appointment(%s)", other)
    assert diary.book(ten, 120)[0] == "booked"
    assert diary.book(ten, 120)[0] == "fully_booked"


def test_buffers_are_those_of_the_day_of_booking(diary: Diary, monday: date) -> None:
    diary.setup(buffer_before=10, buffer_after=20)
    assert diary.book(diary.at(monday, "12:00"))[0] == "booked"
    assert diary.check(diary.at(monday, "13:29")) == "fully_booked"
    assert diary.check(diary.at(monday, "13:30")) == "ok"
    assert diary.check(diary.at(monday, "10:31")) == "fully_booked"
    assert diary.check(diary.at(monday, "10:30")) == "ok"
    diary.setup(buffer_before=0, buffer_after=0)
    assert diary.check(diary.at(monday, "13:20")) == "ok"
    assert diary.check(diary.at(monday, "13:19")) == "fully_booked"


def test_a_long_stay_from_yesterday_still_blocks(diary: Diary, monday: date) -> None:
    diary.setup(hours={"weekly": {key: [["00:00", "24:00"]] for key in ["mon", "tue"]}})
    assert diary.book(diary.at(monday, "12:00"), 1440)[0] == "booked"
    tuesday = monday + timedelta(days=1)
    assert diary.check(diary.at(tuesday, "11:59"), 30) == "fully_booked"
    assert diary.check(diary.at(tuesday, "12:00"), 30) == "ok"


def test_a_client_can_not_choose_slot_number_or_buffers(diary: Diary, monday: date) -> None:
    _, one = diary.book(diary.at(monday, "10:00"))
    with diary.database.as_service("console") as sql:
        sql("update public.appointments set slot_number = 9, buffer_after = 1000 where id = %s", one)
    query = "select slot_number, buffer_before, buffer_after from public.appointments where id = %s"
    assert diary.database.owner(query, one).fetchone() == (1, 0, 0)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), diary.database.as_service("service_role") as sql:
        sql("update public.appointments set slot_number = 9")


def test_adoption_gives_old_overlapping_appointments_a_place_each(diary: Diary, monday: date) -> None:
    from aira.embedded import PROJECT

    own = "alter table public.appointments {} trigger user"
    diary.database.owner("truncate private.booking_diaries")
    diary.database.owner("alter table public.appointments drop constraint appointments_no_double_booking")
    diary.database.owner(own.format("disable"))
    for clock in ("10:00", "10:30", "10:30", "12:00"):
        query = INSERT.replace("business_id", "user_id, business_id").replace("(%s", "(%s, %s")
        diary.database.owner(query, diary.rows.user, diary.id, diary.at(monday, clock), 60)
    # As adoption fills the column when it adds it.
    diary.database.owner("update public.appointments set slot_number = 1 where status = 'confirmed'")
    diary.database.owner((PROJECT / "aira/adopt/existing_appointments.sql").read_text())
    slots = diary.database.owner(
        "select slot_number from public.appointments where deleted_at is null order by scheduled_at"
    )
    assert sorted(row[0] for row in slots) == [1, 1, 2, 3]
    diary.database.owner(own.format("enable"))
    assert diary.check(diary.at(monday, "10:00"), 30) == "fully_booked"


@pytest.mark.parametrize("role", ["service_role", "voice_agent", "console"])
def test_only_the_console_books_above_the_capacity_and_only_if_it_says_so(
    diary: Diary, monday: date, role: str
) -> None:
    diary.book(diary.at(monday, "10:00"))

    def above() -> list[tuple[Any, ...]]:
        with diary.database.as_service(role) as sql:
            sql("select set_config('aira.above_capacity', 'on', true)")
            sql(INSERT, diary.id, diary.at(monday, "10:00"), 60)
        return diary.database.owner("select slot_number from public.appointments order by slot_number").fetchall()

    if role == "console":
        assert above() == [(1,), (2,)]
        # The next transaction is refused again.
        assert refused(diary, INSERT, diary.id, diary.at(monday, "10:00"), 60, role=role)
    else:
        with pytest.raises(psycopg.errors.ExclusionViolation):
            above()
        assert diary.count() == 1
