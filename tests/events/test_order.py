"""Positions follow the commits, so a reader who goes on from the last one misses nothing."""

import random
import threading
import time
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows

WRITERS = 8


def number(database: Database, limit: int = 10_000) -> int:
    with database.as_console() as sql:
        row = sql("select private.number_events(%s)", limit).fetchone()
    assert row
    return row[0]


def listed(database: Database, after: int = 0) -> list[tuple[int, int]]:
    query = "select position, id from private.events where position > %s order by position"
    return database.kept("console").execute(query, [after]).fetchall()


def test_an_event_without_a_position_is_numbered_once(database: Database, alices: Rows) -> None:
    count = number(database)
    assert count == len(listed(database)) > 0
    assert number(database) == 0


def test_an_event_that_is_committed_late_comes_last(database: Database, alices: Rows, bobs: Rows) -> None:
    number(database)
    seen = listed(database)[-1][0]
    rename = "update public.business_v2 set name = 'x' where id = %s"
    with database.connect(autocommit=False) as slow:
        slow.execute(rename, [alices.business])
        database.owner(rename, bobs.business)
        number(database)
        (first,) = listed(database, seen)
        slow.commit()
    number(database)
    (second,) = listed(database, first[0])
    assert second[0] > first[0]
    assert second[1] < first[1]  # It was written earlier.


def test_numbering_continues_in_batches(database: Database, alices: Rows) -> None:
    assert number(database, 1) == 1
    first = listed(database)
    number(database)
    assert listed(database)[: len(first)] == first


def test_a_reader_never_waits_for_a_writer(database: Database, alices: Rows) -> None:
    with database.connect(autocommit=False) as slow:
        slow.execute("update public.business_v2 set name = 'x' where id = %s", [alices.business])
        started = time.monotonic()
        number(database)
        assert time.monotonic() - started < 2


def write(database: Database, business: UUID, until: int, seed: int) -> None:
    """Change a business again and again, and commit after a random time, sometimes not at all."""
    chance = random.Random(seed)
    with database.connect(autocommit=False) as connection:
        for turn in range(until):
            connection.execute("update public.business_v2 set name = %s where id = %s", [f"{turn} {uuid4()}", business])
            time.sleep(chance.random() * 0.02)
            if chance.random() < 0.1:
                connection.rollback()
            else:
                connection.commit()


@pytest.mark.parametrize("turns", [pytest.param(25, id="quick"), pytest.param(1250, id="slow", marks=pytest.mark.slow)])
def test_a_reader_misses_nothing_of_eight_writers(database: Database, turns: int) -> None:
    user = database.account("alice@example.com")
    businesses = [
        database.owner(
            "insert into public.business_v2 (user_id, name, business_type) values (%s, 'Casa', 'retail') returning id",
            user,
        ).fetchone()[0]
        for _ in range(WRITERS)
    ]
    number(database)
    read = listed(database)
    threads = [
        threading.Thread(target=write, args=(database, business, turns, seed))
        for seed, business in enumerate(businesses)
    ]
    numberers = [threading.Thread(target=keep_numbering, args=(database, threads)) for _ in range(3)]
    for thread in (*threads, *numberers):
        thread.start()
    while any(thread.is_alive() for thread in numberers):
        read += listed(database, read[-1][0])
    read += listed(database, read[-1][0])
    assert read == listed(database)
    (unread,) = database.owner("select count(*) from private.events where position is null").fetchone()
    assert unread == 0
    # The newest event of each business has the name that the business has now.
    newest = database.owner(
        "select distinct on (e.object_id) e.object_id, e.row ->> 'name' from private.events e"
        " order by e.object_id, e.position desc"
    ).fetchall()
    assert dict(newest) == dict(database.owner("select id, name from public.business_v2").fetchall())


def keep_numbering(database: Database, writers: list[threading.Thread]) -> None:
    with psycopg.connect(database.server.url(database.name, "console"), autocommit=True) as connection:
        writing = True
        while writing:
            writing = any(thread.is_alive() for thread in writers)
            connection.execute("select private.number_events()")


@pytest.mark.parametrize("role", ["authenticated", "service_role", "voice_agent", "kb_updater"])
def test_no_service_can_stop_the_numbering(database: Database, alices: Rows, role: str) -> None:
    """Any role that logs in can hold an advisory lock, so the numbering takes the lock of a table."""
    with database.connect() as holder, database.connect() as other:
        holder.execute(f"set role {role}")
        holder.execute("select pg_advisory_lock(hashtext('private.number_events'))")
        for mode in ("share update exclusive", "share", "exclusive"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), holder.transaction():
                holder.execute(f"lock table private.service_endpoints in {mode} mode")
        database.owner("update public.business_v2 set name = 'Numbered'")
        other.execute("set lock_timeout = '2s'")
        assert other.execute("select private.number_events() > 0").fetchone() == (True,)
