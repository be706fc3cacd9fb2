"""Test that changed, removed and added audit events are named once they are sealed."""

import threading
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from psycopg import errors

from tests.database import Database
from tests.tenant_rows import Rows

EVENT = "(select min(id) from audit.events where table_name = 'business_v2')"
Tamper = Callable[[Database], None]


def seal(database: Database) -> int | None:
    """Seal as the worker does, outside of any transaction."""
    with database.connect("console", autocommit=True) as connection:
        [[sealed]] = connection.execute("select private.seal_audit('1 second')").fetchall()
    return sealed  # type: ignore[no-any-return]


def problems(database: Database) -> list[str]:
    return sorted({problem for (problem,) in database.owner("select problem from private.audit_problems()")})


def as_superuser(query: str) -> Tamper:
    """Write past all triggers."""

    def tamper(database: Database) -> None:
        database.owner("set session_replication_role = replica")
        database.owner(query)
        database.owner("reset session_replication_role")

    return tamper


TAMPERED = {
    "a value rewritten": (as_superuser(f"update audit.events set after = '{{}}' where id = {EVENT}"), ["events_changed"]),
    "somebody else named": (
        as_superuser(f"update audit.events set actor_name = 'mallory' where id = {EVENT}"), ["events_changed"],
    ),
    "an event removed": (as_superuser(f"delete from audit.events where id = {EVENT}"), ["events_changed"]),
    "an event added": (
        as_superuser(
            "insert into audit.events (id, at, table_name, row_id, verb, actor_kind)"
            f" select id, at + interval '1 ms', 'wallets', 'x', 'update', 'staff' from audit.events where id = {EVENT}"
        ),
        ["events_added", "events_changed"],
    ),
    "an event of another month added": (
        as_superuser(
            "insert into audit.events (id, at, table_name, row_id, verb, actor_kind)"
            f" select id, now() + interval '1 month', 'wallets', 'x', 'update', 'staff' from audit.events where id = {EVENT}"
        ),
        ["events_added"],
    ),
    "a seal rewritten": (as_superuser("update audit.seals set events = events + 1"), ["events_changed", "seal_changed"]),
    "a seal removed": (
        as_superuser("delete from audit.seals where number = 1"), ["events_added", "seal_changed", "seal_missing"],
    ),
    "a value hidden as redacted": (
        as_superuser(
            "with hidden as (insert into audit.redactions select id, at, private.audit_values_hash(before, after, reason)"
            f" from audit.events where id = {EVENT} returning event_id)"
            " update audit.events set after = null where id = (select event_id from hidden)"
        ),
        ["redaction_unexplained"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_with_sealed_events_is_named(database: Database, alices: Rows, name: str) -> None:
    assert seal(database)
    database.owner("update public.business_v2 set name = 'Renamed'")
    assert seal(database) == 1
    assert problems(database) == []
    tamper, named = TAMPERED[name]
    tamper(database)
    assert problems(database) == named


def test_a_month_that_was_dropped_is_named(database: Database, alices: Rows) -> None:
    seal(database)
    [[leaf]] = database.owner("select private.leaf_of('audit.events', now()::date)::text")
    database.owner(f"drop table {leaf}")
    assert problems(database) == ["month_missing"]


def test_an_event_is_sealed_once(database: Database, alices: Rows) -> None:
    [[events]] = database.owner("select count(*) from audit.events")
    assert seal(database) == events
    assert seal(database) == 0
    assert database.owner("select count(*) from audit.seals").fetchone() == (1,)


def test_sealing_waits_for_a_transaction_that_drew_its_id_before(database: Database, alices: Rows) -> None:
    slow = database.connect(autocommit=False)
    slow.execute("update public.business_v2 set name = 'Slow'")
    database.owner("update public.documents set file_name = 'other.pdf'")
    assert seal(database) is None
    found: list[int | None] = []

    def patient() -> None:
        with database.connect("console", autocommit=True) as connection:
            found.append(connection.execute("select private.seal_audit('20 seconds')").fetchall()[0][0])

    thread = threading.Thread(target=patient)
    thread.start()
    time.sleep(0.5)
    slow.commit()
    slow.close()
    thread.join()
    [[events]] = database.owner("select count(*) from audit.events")
    assert found == [events]
    assert problems(database) == []


def test_eight_writers_leave_no_event_outside_of_the_seals(database: Database, alices: Rows) -> None:
    stop = threading.Event()

    def write(number: int) -> None:
        with database.connect(autocommit=False) as connection:
            while not stop.is_set():
                connection.execute(
                    "insert into auth.users (id, email) values (%s, %s)", [uuid4(), f"{uuid4()}@x.example"]
                )
                connection.execute("update public.business_v2 set name = %s", [f"Name {number} {time.monotonic()}"])
                connection.commit()

    threads = [threading.Thread(target=write, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    sealed = sum(seal(database) or 0 for _ in range(15))
    stop.set()
    for thread in threads:
        thread.join()
    sealed += seal(database) or 0
    assert database.owner("select count(*) from audit.events").fetchone() == (sealed,)
    assert problems(database) == []


def test_erasing_an_account_keeps_the_seals_valid(database: Database, alices: Rows, bobs: Rows) -> None:
    seal(database)
    database.owner("select private.erase_account(%s)", alices.user)
    [[redacted]] = database.owner("select count(*) from audit.redactions")
    assert redacted > 0
    assert problems(database) == []
    # Erasing it again changes no hash.
    database.owner("select private.redact_events(%s)", alices.user)
    assert problems(database) == []


@pytest.mark.parametrize("table", ["seals", "redactions", "anchors"])
def test_no_role_can_change_seals(database: Database, alices: Rows, table: str) -> None:
    seal(database)
    database.owner("select private.erase_account(%s)", alices.user)
    database.owner("select private.add_anchor(1, null, '{}', 'x', 'x')")
    with pytest.raises(errors.InsufficientPrivilege):
        database.owner(f"delete from audit.{table}")
    for role in ("console", "service_role", "authenticated", "anon"):
        with pytest.raises(errors.InsufficientPrivilege), database.as_service(role) as sql:
            sql(f"delete from audit.{table}")


def test_sealing_in_a_stricter_isolation_level_is_refused(database: Database) -> None:
    with database.connect("console", autocommit=True) as connection:
        connection.execute("begin isolation level repeatable read")
        with pytest.raises(errors.ActiveSqlTransaction):
            connection.execute("select private.seal_audit()")
