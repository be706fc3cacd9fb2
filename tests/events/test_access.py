"""Only the site reads events, and nobody changes them."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows

ROLES = ("anon", "authenticated", "voice_agent", "kb_updater", "service_role", "console")
STATEMENTS = {
    "select count(*) from private.events": {"console"},
    "insert into private.events (type, object_id, user_id, row) select 'x', gen_random_uuid(), gen_random_uuid(), '{}'": set(),
    "update private.events set position = 1": set(),
    "delete from private.events": set(),
    "truncate private.events": set(),
    "select nextval('private.event_positions')": set(),
    "select private.number_events()": {"console"},
    "select private.purge_events(now() - interval '30 days')": {"console"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_role_may_run_only_the_statements_about_events_that_it_needs(
    database: Database, alices: Rows, role: str, statement: str
) -> None:
    def attempt() -> None:
        with database.as_user(alices.user) if role == "authenticated" else database.as_service(role) as sql:
            sql(statement)

    if role in STATEMENTS[statement]:
        attempt()
    else:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            attempt()


def test_old_events_are_removed_in_batches(database: Database, alices: Rows) -> None:
    database.owner("select private.number_events()")
    database.owner("update private.events set at = now() - interval '31 days' where type <> 'business.created'")
    with database.as_console() as sql:
        before = datetime.now(UTC) - timedelta(days=30)
        counts = [sql("select private.purge_events(%s, 2)", before).fetchone()[0] for _ in range(3)]
    assert counts == [2, 1, 0]
    assert database.owner("select type from private.events").fetchall() == [("business.created",)]


def test_events_of_today_cannot_be_purged(database: Database) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue), database.as_console() as sql:
        sql("select private.purge_events(now())")
