from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from tests.bookings.conftest import Diary


def move(diary: Diary, appointment: Any, when: Any, duration: int | None = None) -> str:
    [[outcome, _]] = diary.ask("select * from reschedule_appointment(%s, %s, %s)", appointment, when, duration)
    return outcome


def test_a_repeated_call_finds_its_first_booking(diary: Diary, monday: date) -> None:
    when = diary.at(monday, "10:00")
    _, first = diary.book(when, external_id="CA1")
    assert diary.book(when, external_id="CA1") == ("already_booked", first)
    assert diary.book(diary.at(monday, "12:00"), external_id="CA1") == ("external_id_conflict", first)
    assert diary.book(diary.at(monday, "12:00"), external_id="CA1:2")[0] == "booked"
    diary.ask("select * from cancel_appointment(%s)", first)
    outcome, second = diary.book(when, external_id="CA1")
    assert (outcome, second != first) == ("booked", True)


def test_sixteen_redeliveries_at_once_book_once(diary: Diary, monday: date) -> None:
    def send(_: int) -> tuple[str, Any]:
        with diary.database.connect("authenticator") as connection:
            connection.execute("set role voice_agent")
            query = "select * from public.book_appointment(%s, %s, 'Dora', p_external_id => 'CA1')"
            return connection.execute(query, [diary.id, diary.at(monday, "10:00")]).fetchone()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(16)))
    assert sorted(outcome for outcome, _ in answers) == ["already_booked"] * 15 + ["booked"]
    assert len({appointment for _, appointment in answers}) == 1


@pytest.mark.parametrize("name", [None, "", "  "])
def test_a_booking_needs_a_name(diary: Diary, monday: date, name: Any) -> None:
    assert diary.book(diary.at(monday, "10:00"), name=name) == ("missing_argument", None)


def test_a_booking_stores_all_its_details(diary: Diary, monday: date) -> None:
    query = "select * from book_appointment(%s, %s, 'Dora', 30, '+1', 'd@x', 'voice_agent', 'CA1', 'cut', 'window')"
    [[outcome, appointment]] = diary.ask(query, diary.id, diary.at(monday, "10:00"))
    columns = "customer_name, duration, customer_phone, customer_email, source, external_id, service_type, notes, status, user_id"
    stored = diary.database.owner(f"select {columns} from public.appointments where id = %s", appointment).fetchone()
    assert outcome == "booked"
    kept = ("Dora", 30, "+1", "d@x", "voice_agent", "CA1", "cut", "window", "confirmed", diary.rows.user)
    assert stored == kept


def test_an_appointment_can_overlap_its_old_time_but_no_other_appointment(diary: Diary, monday: date) -> None:
    _, mine = diary.book(diary.at(monday, "10:00"))
    diary.book(diary.at(monday, "12:00"))
    assert diary.check(diary.at(monday, "10:30"), 60, mine) == "ok"
    assert move(diary, mine, diary.at(monday, "10:30")) == "rescheduled"
    assert move(diary, mine, diary.at(monday, "10:30")) == "rescheduled"
    assert move(diary, mine, diary.at(monday, "11:30")) == "fully_booked"
    assert move(diary, mine, diary.at(monday, "11:00"), 90) == "fully_booked"
    assert move(diary, mine, diary.at(monday, "20:00")) == "outside_hours"
    assert move(diary, mine, None) == "missing_argument"
    assert move(diary, mine, diary.at(monday, "14:00"), 90) == "rescheduled"
    stored = diary.database.owner(
        "select scheduled_at, duration from public.appointments where id = %s", mine
    ).fetchone()
    assert stored == (diary.at(monday, "14:00"), 90)


def test_cancelling_twice_reports_it_and_keeps_the_first_reason(diary: Diary, monday: date) -> None:
    _, mine = diary.book(diary.at(monday, "10:00"))
    assert diary.ask("select * from cancel_appointment(%s, 'ill')", mine) == [("cancelled", mine)]
    assert diary.ask("select * from cancel_appointment(%s, 'ill')", mine) == [("already_cancelled", mine)]
    assert move(diary, mine, diary.at(monday, "11:00")) == "already_cancelled"
    assert diary.database.owner("select notes from public.appointments where id = %s", mine).fetchone() == (
        "Cancelled: ill",
    )
    _, other = diary.book(diary.at(monday, "10:00"))
    diary.database.owner("update public.appointments set status = 'completed' where id = %s", other)
    assert diary.ask("select outcome from cancel_appointment(%s)", other) == [("not_confirmed",)]
    assert move(diary, other, diary.at(monday, "11:00")) == "not_confirmed"
    unknown = [("unknown_appointment", None)]
    assert (
        diary.ask("select * from cancel_appointment(%s)", diary.id)
        == diary.ask("select * from cancel_appointment(null)")
        == unknown
    )


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_a_booking_with_a_stale_snapshot_is_told_to_retry(diary: Diary, monday: date, isolation: str) -> None:
    """The refusal also holds if the other booking took another slot number: two of three places, seen as one."""
    diary.setup(capacity=2)
    ten = diary.at(monday, "10:00")
    diary.book(ten, name="first")
    with diary.database.connect("authenticator", autocommit=False) as stale:
        stale.execute("set role voice_agent")
        stale.commit()
        stale.execute(f"set transaction isolation level {isolation}")
        assert stale.execute("select public.check_appointment_time(%s, %s)", [diary.id, ten]).fetchone() == ("ok",)
        assert diary.book(ten)[0] == "booked"
        book = "select outcome, appointment_id from public.book_appointment(%s, %s, 'late')"
        assert stale.execute(book, [diary.id, ten]).fetchone() == ("retry", None)
        stale.rollback()
        stale.execute(f"set transaction isolation level {isolation}")
        assert stale.execute(book, [diary.id, ten]).fetchone() == ("fully_booked", None)
        stale.rollback()
    assert diary.count() == 2
