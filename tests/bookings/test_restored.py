"""A restored business gets its confirmed appointments back, even if its capacity was lowered."""

import time
from datetime import date
from typing import Any

import pytest

from tests.bookings.conftest import Diary
from tests.schema.test_trash_functions import restore, trash
from tests.tenant_rows import Rows


@pytest.fixture
def full(diary: Diary, monday: date) -> Diary:
    """A business of capacity 3 with three appointments at ten o'clock and one at noon."""
    diary.setup(capacity=3)
    for clock in ("10:00", "10:00", "10:00", "12:00"):
        assert diary.book(diary.at(monday, clock))[0] == "booked"
    return diary


def above(sql: Any, business: Any) -> list[Any]:
    return sql("select scheduled_at from appointments_above_capacity(%s)", business).fetchall()


def alive(diary: Diary) -> list[Any]:
    return diary.database.owner(
        "select id, slot_number, buffer_before, busy_from from public.appointments where deleted_at is null order by id"
    ).fetchall()


@pytest.mark.parametrize("rules", [{"capacity": 1}, {"buffer_before": 60, "buffer_after": 90}, {"capacity": 3}])
def test_a_restored_business_gets_its_appointments_back_in_their_places(
    full: Diary, monday: date, rules: dict[str, int]
) -> None:
    before = alive(full)
    with full.database.as_user(full.rows.user) as sql:
        assert trash(sql, "business_v2", full.id) == "trashed"
    full.setup(**rules)
    with full.database.as_user(full.rows.user) as sql:
        assert restore(sql, "business_v2", full.id) == "restored"
        named = above(sql, full.id)
    assert alive(full) == before
    assert named == ([(full.at(monday, "10:00"),)] * 3 if rules == {"capacity": 1} else [])
    # The time is full, since the booking rules still limit new appointments.
    assert full.check(full.at(monday, "10:00")) == "fully_booked"


@pytest.mark.parametrize("changed", ["slot_number = null", "notes = 'x'", "duration = 45", "status = 'confirmed'"])
def test_appointments_that_lost_their_place_in_the_trash_are_restored_too(full: Diary, changed: str) -> None:
    """An earlier version trashed these appointments, or staff changed them in the trash."""
    full.database.owner("delete from public.business_v2 where id = %s", full.id)
    full.database.owner("set session_replication_role = replica")
    full.database.owner(
        f"update public.appointments set {changed} where id in (select id from public.appointments order by id limit 2)"
    )
    full.database.owner("set session_replication_role = origin")
    if changed == "duration = 45":
        with full.database.as_service("console") as sql:
            sql("update public.appointments set duration = 50 where duration = 45")
    full.setup(capacity=1)
    with full.database.as_service("console") as sql:
        sql("update public.business_v2 set deleted_at = null where id = %s", full.id)
    found = alive(full)
    assert len(found) == 4
    assert all(slot is not None for _, slot, _, _ in found)


def test_restoring_one_appointment_whose_time_was_taken_is_refused(full: Diary, monday: date) -> None:
    """A single row has no reserved place, unlike the rows of a business."""
    [(one, *_)] = [row for row in alive(full) if row[3] == full.at(monday, "12:00")]
    full.setup(capacity=1)
    with full.database.as_user(full.rows.user) as sql:
        assert trash(sql, "appointments", one) == "trashed"
    assert full.book(full.at(monday, "12:00"))[0] == "booked"
    with full.database.as_user(full.rows.user) as sql:
        assert restore(sql, "appointments", one) == "appointments_no_double_booking"


def test_one_appointment_of_a_business_that_is_full_is_placed_anew(full: Diary, monday: date) -> None:
    one = alive(full)[0][0]
    with full.database.as_user(full.rows.user) as sql:
        assert trash(sql, "appointments", one) == "trashed"
        assert restore(sql, "appointments", one) == "restored"
    assert len({(slot, busy) for _, slot, _, busy in alive(full)}) == 4


def test_a_place_in_the_trash_is_not_taken_from_a_later_one(full: Diary, monday: date) -> None:
    """The row kept its slot number. A later appointment has that number, too, so the row gets another one."""
    full.setup(capacity=1)
    full.database.owner("delete from public.appointments where scheduled_at = %s", full.at(monday, "10:00"))
    assert full.book(full.at(monday, "10:00"))[0] == "booked"
    full.database.owner("delete from public.business_v2 where id = %s", full.id)
    with full.database.as_service("console") as sql:
        sql("update public.business_v2 set deleted_at = null where id = %s", full.id)
    assert len(alive(full)) == 2


def test_a_restored_business_keeps_number_and_document(full: Diary) -> None:
    """The number still belongs to the business, and the document is sent to the KB Updater again."""
    full.database.owner("update public.business_numbers set is_primary = true")
    full.database.owner("delete from public.business_v2 where id = %s", full.id)
    with full.database.as_user(full.rows.user) as sql:
        assert restore(sql, "business_v2", full.id) == "restored"
        assert sql("select is_primary from business_numbers").fetchall() == [(True,)]
        assert sql("select processing_status from documents").fetchall() == [("pending",)]


def test_a_business_whose_number_was_taken_over_comes_back_without_it(full: Diary, bobs: Rows) -> None:
    full.database.owner("delete from public.business_v2 where id = %s", full.id)
    with full.database.as_service("service_role") as sql:
        sql(
            "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
            " select %s, phone_number, 'Bobs', 'US', 'local' from public.business_numbers where id = %s",
            bobs.business, full.rows.number,
        )  # fmt: skip
    with full.database.as_user(full.rows.user) as sql:
        assert restore(sql, "business_v2", full.id) == "restored"
        assert sql("select 1 from business_numbers").rowcount == 0


def test_bob_can_not_read_which_of_alices_appointments_exceed_the_capacity(full: Diary, bobs: Rows) -> None:
    full.setup(capacity=1)
    with full.database.as_user(bobs.user) as sql:
        assert above(sql, full.id) == []
    with full.database.as_service("service_role") as sql:
        assert len(above(sql, full.id)) == 3


def test_restoring_thousands_of_appointments_takes_linear_time(diary: Diary, monday: date) -> None:
    """Writing the same row for each appointment made every write read all its versions."""
    took = []
    for count in (500, 4000):
        diary.database.owner("set session_replication_role = replica")
        diary.database.owner("delete from public.appointments")
        diary.database.owner(
            "insert into public.appointments (business_id, user_id, customer_name, scheduled_at, duration, slot_number)"
            " select %s, %s, 'x', %s::timestamptz + n * interval '1 hour', 30, 1 from generate_series(1, %s) n",
            diary.id, diary.rows.user, diary.at(monday, "00:00"), count,
        )  # fmt: skip
        diary.database.owner("set session_replication_role = origin")
        diary.database.owner("delete from public.business_v2 where id = %s", diary.id)
        began = time.perf_counter()
        diary.database.owner("update public.business_v2 set deleted_at = null where id = %s", diary.id)
        took.append(time.perf_counter() - began)
    assert took[1] < 30 * took[0], took
