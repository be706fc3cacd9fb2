import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import psycopg
import pytest

from tests.bookings.conftest import Diary

INSERT = "insert into public.appointments (business_id, customer_name, scheduled_at, duration) values (%s, 'x', %s, 15)"
BOOK = "select outcome from public.book_appointment(%s, %s, 'x', 15)"


def race(
    diary: Diary, monday: date, query: str, *, capacity: int, isolation: str = "read committed"
) -> tuple[int, float]:
    """16 connections try each of 300 times, capacity + 1 times over: how many got in, and the longest call in seconds."""
    diary.setup(
        hours={"weekly": {key: [["00:00", "24:00"]] for key in ["mon", "tue", "wed", "thu"]}}, capacity=capacity
    )
    start = diary.at(monday, "00:00")
    times = [start + timedelta(minutes=15 * n) for n in range(300)]
    tries = iter([when for when in times for _ in range(capacity + 2)])
    guard = threading.Lock()

    def work(_: int) -> tuple[int, float]:
        won, longest = 0, 0.0
        with diary.database.connect("authenticator") as connection:
            connection.execute("set role service_role")
            connection.execute(f"set default_transaction_isolation = '{isolation}'")
            while True:
                with guard:
                    when = next(tries, None)
                if when is None:
                    return won, longest
                began = time.monotonic()
                try:
                    row = connection.execute(query, [diary.id, when])
                    won += row.fetchone() == ("booked",) if row.description else 1
                except psycopg.errors.ExclusionViolation:
                    pass
                longest = max(longest, time.monotonic() - began)

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(work, range(16)))
    return sum(won for won, _ in results), max(longest for _, longest in results)


@pytest.mark.parametrize("query", [INSERT, BOOK], ids=["insert", "book"])
def test_sixteen_callers_get_each_time_once(diary: Diary, monday: date, query: str) -> None:
    won, longest = race(diary, monday, query, capacity=1)
    assert won == diary.count() == 300
    assert longest < 1


@pytest.mark.slow
@pytest.mark.parametrize("query", [INSERT, BOOK], ids=["insert", "book"])
def test_sixteen_callers_fill_ten_places_and_no_more(diary: Diary, monday: date, query: str) -> None:
    won, longest = race(diary, monday, query, capacity=10)
    assert won == diary.count() == 3000
    assert longest < 1


@pytest.mark.parametrize("query", [INSERT, BOOK], ids=["insert", "book"])
def test_stricter_isolation_never_overbooks(diary: Diary, monday: date, query: str) -> None:
    won, _ = race(diary, monday, query, capacity=2, isolation="repeatable read")
    assert won == diary.count()
    busiest = (
        "select max(load) from (select sum(change) over (order by at, change) as load from public.appointments,"
        " lateral (values (busy_from, 1), (busy_to, -1)) b (at, change) where status = 'confirmed') x"
    )
    assert diary.database.owner(busiest).fetchone()[0] <= 2


def later(diary: Diary, query: str, *params: object) -> tuple[threading.Thread, list[object]]:
    """Begins a statement on a connection of its own, and gives it the time to wait for what it waits for."""
    answers: list[object] = []

    def run() -> None:
        with diary.database.connect("authenticator") as connection:
            connection.execute("set role service_role")
            try:
                row = connection.execute(query, params)
                answers.append(row.fetchone()[0] if row.description else row.rowcount)
            except psycopg.Error as error:
                answers.append(error.sqlstate)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    return thread, answers


def test_a_move_and_an_update_of_the_same_appointment_do_not_deadlock(diary: Diary, monday: date) -> None:
    _, mine = diary.book(diary.at(monday, "10:00"))
    with diary.database.connect("authenticator", autocommit=False) as holder:
        holder.execute("set role service_role")
        holder.execute(BOOK, [diary.id, diary.at(monday, "16:00")])
        move = "select outcome from public.reschedule_appointment(%s, %s)"
        first = later(diary, move, mine, diary.at(monday, "12:00"))
        update = "update public.appointments set scheduled_at = %s where id = %s"
        second = later(diary, update, diary.at(monday, "14:00"), mine)
        holder.commit()
    for thread, _ in (first, second):
        thread.join()
    assert (first[1], second[1]) == (["rescheduled"], [1])


def test_a_booking_and_a_change_of_the_business_do_not_deadlock(diary: Diary, monday: date) -> None:
    with diary.database.connect("authenticator", autocommit=False) as holder:
        holder.execute("set role service_role")
        holder.execute("update public.business_v2 set description = 'x' where id = %s", [diary.id])
        thread, answers = later(diary, BOOK, diary.id, diary.at(monday, "10:00"))
        holder.execute(INSERT, [diary.id, diary.at(monday, "14:00")])
        holder.commit()
    thread.join()
    assert answers == ["booked"]
    assert diary.count() == 2
