import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.bookings.conftest import Diary
from tests.killable import KillableServer
from tests.tenant_rows import Rows, populate

INSERT = "insert into public.appointments (business_id, customer_name, scheduled_at, duration) values (%s, 'x', %s, 15)"
BOOK = "select outcome from public.book_appointment(%s, %s, 'x', 15)"
BUSIEST = (
    "select max(load) from (select sum(change) over (order by at, change) as load from public.appointments,"
    " lateral (values (busy_from, 1), (busy_to, -1)) b (at, change) where status = 'confirmed') x"
)


def open_diary(diary: Diary, monday: date, capacity: int) -> Iterator[datetime]:
    """Return 300 times, each twice more often than it has places."""
    diary.setup(
        hours={"weekly": {key: [["00:00", "24:00"]] for key in ["mon", "tue", "wed", "thu"]}}, capacity=capacity
    )
    start = diary.at(monday, "00:00")
    return iter([start + timedelta(minutes=15 * n) for n in range(300) for _ in range(capacity + 2)])


def race(
    diary: Diary, monday: date, query: str, *, capacity: int, isolation: str = "read committed"
) -> tuple[int, float]:
    """Let 16 connections try every time. Return how many were booked and the longest call in seconds."""
    tries = open_diary(diary, monday, capacity)
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
def test_sixteen_callers_fill_exactly_ten_places(diary: Diary, monday: date, query: str) -> None:
    won, longest = race(diary, monday, query, capacity=10)
    assert won == diary.count() == 3000
    assert longest < 1


@pytest.mark.parametrize("query", [INSERT, BOOK], ids=["insert", "book"])
def test_stricter_isolation_never_overbooks(diary: Diary, monday: date, query: str) -> None:
    won, _ = race(diary, monday, query, capacity=2, isolation="repeatable read")
    assert won == diary.count()
    assert diary.database.owner(BUSIEST).fetchone()[0] <= 2


def later(diary: Diary, query: str, *params: object) -> tuple[threading.Thread, list[object]]:
    """Start a statement on its own connection and wait until it is blocked."""
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


@pytest.mark.slow
def test_a_killed_server_loses_no_acknowledged_booking_and_is_never_overbooked(
    killable: KillableServer, monday: date
) -> None:
    diary = Diary(killable.database, populate(killable.database, "alice@example.com", "+14155550101"))
    tries = cycle(open_diary(diary, monday, capacity=10))
    sent: dict[str, datetime] = {}
    acknowledged: dict[str, UUID] = {}
    book = "select outcome, appointment_id from public.book_appointment(%s, %s, 'x', 15, p_external_id => %s)"

    def call(connection: psycopg.Connection[Any]) -> None:
        key = str(uuid4())
        sent[key] = next(tries)
        outcome, appointment = connection.execute(book, [diary.id, sent[key], key]).fetchone()
        if outcome == "booked":
            acknowledged[key] = appointment

    killable.killed_under(call)
    killable.killed_under(call)

    sql = killable.database.owner
    assert len(acknowledged) > 50
    for key, when in sent.items():
        outcome, appointment = sql(book, diary.id, when, key).fetchone()
        if key in acknowledged:
            assert (outcome, appointment) == ("already_booked", acknowledged[key])
    assert sql(BUSIEST).fetchone() == (10,)


@pytest.mark.parametrize("theirs", ["book", "rename"])
def test_an_insert_into_another_tenants_diary_locks_nothing(
    diary: Diary, bobs: Rows, monday: date, theirs: str
) -> None:
    """The insert is refused after all its rows. Until then, it would hold the locks of the diary and the business."""
    begun = threading.Event()

    def intrude() -> str | None:
        with diary.database.connect("authenticator") as connection:
            connection.execute("set role authenticated")
            connection.execute(
                "select set_config('request.jwt.claims', %s, false)", [json.dumps({"sub": str(bobs.user)})]
            )
            begun.set()
            try:
                connection.execute(
                    "insert into public.appointments (business_id, customer_name, scheduled_at)"
                    " select %s, 'x', now() + interval '1 day' * n from generate_series(1, 3) n, pg_sleep(n - 1)",
                    [diary.id],
                )
            except psycopg.errors.ForeignKeyViolation as error:
                return error.diag.constraint_name
        return None

    with ThreadPoolExecutor(1) as pool:
        intruder = pool.submit(intrude)
        assert begun.wait(10)
        time.sleep(0.5)
        with diary.database.connect("console") as connection:
            connection.execute("set lock_timeout = '500ms'")
            if theirs == "book":
                outcome = connection.execute(BOOK, [diary.id, diary.at(monday, "10:00")]).fetchone()
                assert outcome == ("booked",)
            else:
                renamed = connection.execute("update public.business_v2 set name = 'New' where id = %s", [diary.id])
                assert renamed.rowcount == 1
        assert not intruder.done()
        assert "business" in (intruder.result() or "")
