"""Test tables that are partitioned by month."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg import errors

from aira.schema import partitions, sql_calls
from aira.schema.tasks import add_partitions
from tests.conftest import migrate
from tests.database import Database


def test_partitions_reach_three_months_ahead(database: Database, as_service: Callable[[str], Any]) -> None:
    count = "select count(*) from pg_inherits where inhparent = 'private.delivery_attempts'::regclass"
    assert database.owner(count).fetchone() == (4,)
    with as_service("console") as sql:
        assert sql("select private.add_partitions('private.delivery_attempts', 5)").fetchone() == (2,)
        assert sql("select private.add_partitions('private.delivery_attempts', 5)").fetchone() == (0,)
    leaf = database.owner(
        "select i.inhrelid::regclass::text from pg_inherits i where i.inhparent = 'private.delivery_attempts'::regclass"
        " order by 1 limit 1"
    ).fetchone()[0]
    with pytest.raises(errors.InsufficientPrivilege), as_service("console") as sql:
        sql(f"select from {leaf}")
    for table in ("private.webhook_deliveries", "public.documents"):
        with pytest.raises(errors.InvalidParameterValue), as_service("console") as sql:
            sql("select private.add_partitions(%s::regclass)", table)


@pytest.mark.parametrize("table", partitions.TABLES)
@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "voice_agent", "kb_updater", "console"])
def test_a_new_partition_refuses_direct_reads(database: Database, table: str, role: str) -> None:
    database.owner("select private.add_partition(%s::regclass, '2031-05-01')", table)
    party = database.as_console() if role == "console" else database.request(role, None)
    with pytest.raises(errors.InsufficientPrivilege), party as sql:
        sql(f"select from {table}_2031_05")


def test_console_cannot_add_months_of_the_past(database: Database, as_service: Callable[[str], Any]) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_service("console") as sql:
        sql("select private.add_partition('audit.events', '2020-01-01')")


def test_the_job_fails_if_the_next_month_is_missing(direct: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_calls, "connections", {"default": direct})
    partitions.add_missing("direct")
    with direct.cursor() as cursor:
        cursor.execute(
            "select format('%s_%s', 'audit.events', to_char(now() at time zone 'UTC' + interval '1 month', 'YYYY_MM'))"
        )
        (leaf,) = cursor.fetchone()
        cursor.execute(f"drop table {leaf}")
    monkeypatch.setattr(partitions, "add_missing", lambda: 0)
    with pytest.raises(RuntimeError, match=f"partition {leaf} is missing"):
        add_partitions(0)


def test_migrate_adds_missing_months(database: Database, django_db_blocker: Any) -> None:
    leaf = database.owner(
        "select format('%s_%s', 'audit.events', to_char(now() at time zone 'UTC' + interval '1 month', 'YYYY_MM'))"
    ).fetchone()[0]
    database.owner(f"drop table {leaf}")
    with django_db_blocker.unblock():
        migrate(database.name)
    assert database.owner("select to_regclass(%s) is not null", leaf).fetchone() == (True,)
