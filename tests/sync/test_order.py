"""Changes of rows get positions in the order of their commits, whoever makes them."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.utils import timezone

from aira.api.urls import router
from tests.database import Database
from tests.tenant_rows import Rows

RENAME = "update public.business_v2 set name = 'x' where id = %s"


def number(database: Database, limit: int = 10_000) -> int:
    with database.as_console() as sql:
        row = sql("select private.number_changes(%s)", limit).fetchone()
    assert row
    return row[0]


def after(database: Database, position: int) -> list[tuple[int, str, object]]:
    query = "select position, table_name, row_id from private.row_positions where position > %s order by position"
    return database.kept("console").execute(query, [position]).fetchall()


def newest(database: Database) -> int:
    number(database)
    return database.owner("select position from private.sync_state").fetchone()[0]


def test_each_table_with_updated_since_notes_its_changes() -> None:
    synced = {view.queryset.model for _, view, _ in router.registry if getattr(view, "synced", False)}
    followed = {
        model
        for model in apps.get_models()
        if any(trigger.name == "followed" for trigger in getattr(model._meta, "triggers", ()))
    }
    assert len(synced) == 7
    assert synced == followed


def test_a_change_that_is_committed_late_comes_last(database: Database, alices: Rows, bobs: Rows) -> None:
    seen = newest(database)
    with database.connect(autocommit=False) as slow:
        slow.execute(RENAME, [alices.business])
        database.owner(RENAME, bobs.business)
        number(database)
        (first,) = after(database, seen)
        assert first[1:] == ("business_v2", bobs.business)
        slow.commit()
    number(database)
    (second,) = after(database, first[0])
    assert second[1:] == ("business_v2", alices.business)


def test_a_row_keeps_only_its_last_position(database: Database, alices: Rows) -> None:
    seen = newest(database)
    for _ in range(3):
        database.owner(RENAME, alices.business)
    assert number(database) == 3
    ((position, *row),) = after(database, seen)
    assert row == ["business_v2", alices.business]
    database.owner(RENAME, alices.business)
    number(database)
    assert [one[0] for one in after(database, seen)] == [position + 1]


@pytest.mark.parametrize("role", ["voice_agent", "service_role"])
def test_a_change_of_a_service_is_noted(database: Database, alices: Rows, role: str) -> None:
    seen = newest(database)
    with database.as_service(role) as sql:
        sql("update public.appointments set notes = 'late' where id = %s", alices.appointment)
    number(database)
    assert after(database, seen)[0][1:] == ("appointments", alices.appointment)


def test_the_trash_and_a_permanent_removal_are_changes(database: Database, alices: Rows) -> None:
    seen = newest(database)
    database.owner("delete from public.documents where id = %s", alices.document)
    number(database)
    ((trashed, *row),) = after(database, seen)
    assert row == ["documents", alices.document]
    database.owner("delete from public.documents where id = %s", alices.document)
    number(database)
    assert after(database, trashed)[0][1:] == ("documents", alices.document)


def test_an_old_id_is_a_change_too(database: Database, alices: Rows) -> None:
    (old,) = database.owner(
        "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
        " values (%s, '+14155559999', 'x', 'US', 'local') returning id",
        alices.business,
    ).fetchone()
    seen, new = newest(database), uuid4()
    database.owner("update public.business_numbers set id = %s where id = %s", new, old)
    number(database)
    assert {one[1:] for one in after(database, seen)} == {("business_numbers", new), ("business_numbers", old)}


def test_a_change_that_is_rolled_back_has_no_position(database: Database, alices: Rows) -> None:
    seen = newest(database)
    with database.connect(autocommit=False) as connection:
        connection.execute(RENAME, [alices.business])
        connection.rollback()
    assert number(database) == 0
    assert after(database, seen) == []


def test_a_forgotten_transaction_stops_no_reader(database: Database, alices: Rows, bobs: Rows) -> None:
    seen = newest(database)
    with database.connect(autocommit=False) as forgotten:
        forgotten.execute("set transaction isolation level repeatable read")
        forgotten.execute(RENAME, [alices.business])
        for turn in range(3):
            database.owner(RENAME, bobs.business)
            number(database)
            ((position, *_),) = after(database, seen)
            assert position == seen + 1, turn
            seen = position


def test_a_clock_that_is_set_back_changes_no_order(database: Database, alices: Rows, bobs: Rows) -> None:
    database.owner(RENAME, alices.business)
    seen = newest(database)
    ahead = timezone.now() + timedelta(hours=1)
    database.owner("update private.sync_state set at = %s", ahead)
    database.owner(RENAME, bobs.business)
    number(database)
    ((position, *_),) = after(database, seen)
    assert database.owner("select at from private.row_positions where position = %s", position).fetchone() == (ahead,)


def test_numbering_goes_on_in_parts(database: Database, alices: Rows) -> None:
    assert number(database, 1) == 1
    first = after(database, 0)
    number(database)
    assert after(database, 0)[: len(first)] == first


@pytest.mark.parametrize("role", ["authenticated", "service_role", "voice_agent", "kb_updater", "console"])
def test_no_role_can_stop_the_numbering(database: Database, role: str) -> None:
    with database.connect() as holder:
        holder.execute(f"set role {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            holder.execute("select position from private.sync_state for update")


def test_old_positions_are_purged_and_the_floor_rises(database: Database, alices: Rows, bobs: Rows) -> None:
    number(database)
    database.owner("update private.row_positions set at = now() - interval '40 days'")
    database.owner("update private.sync_state set at = now() - interval '40 days', kept_since = '2020-01-01'")
    last = newest(database)
    database.owner(RENAME, alices.business)
    number(database)
    with database.as_console() as sql:
        (removed,) = sql("select private.purge_positions(now() - interval '30 days')").fetchone()
    assert removed > 0
    assert [one[0] for one in after(database, 0)] == [last + 1]
    kept_after, kept_since = database.owner("select kept_after, kept_since from private.sync_state").fetchone()
    assert kept_after == last - 1 or kept_after == last
    assert kept_since > timezone.now() - timedelta(days=41)
    with database.as_console() as sql, pytest.raises(psycopg.errors.InvalidParameterValue):
        sql("select private.purge_positions(now())")
