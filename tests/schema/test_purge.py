"""Test how the trash and old webhooks are purged."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from psycopg import errors

from aira.embedded import PROJECT
from tests.command import deployed, manage
from tests.database import Database
from tests.tenant_rows import TRASHABLE, Rows


def trash(database: Database, table: str, days: int) -> None:
    database.owner(f"update public.{table} set deleted_at = now() - %s where true", timedelta(days=days))


def count(database: Database, table: str) -> int:
    return database.owner(f"select count(*) from public.{table}").fetchone()[0]


def test_only_rows_that_were_long_enough_in_the_trash_are_purged(database: Database, alices: Rows, bobs: Rows) -> None:
    database.owner("delete from business_v2 where id = %s", alices.business)
    for table in TRASHABLE:
        database.owner(f"update {table} set deleted_at = now() - interval '31 days' where user_id = %s", alices.user)
    database.owner("delete from appointments where id = %s", bobs.appointment)
    run = manage(database, "purge_trash", "--dry-run")
    assert "appointments: 1 to be removed" in run.stdout
    assert count(database, "appointments") == 2
    run = manage(database, "purge_trash")
    assert run.returncode == 0, run.stderr
    assert {table: count(database, table) for table in TRASHABLE} == dict.fromkeys(TRASHABLE, 1)
    assert count(database, "transactions") == 2
    told = database.owner(
        "select count(*) from private.webhook_deliveries where event = 'DELETE' and user_id = %s", alices.user
    )
    assert told.fetchone()[0] >= 1


def test_retention_is_a_setting(database: Database, alices: Rows) -> None:
    trash(database, "appointments", 8)
    assert manage(database, "purge_trash", TRASH_RETENTION="9").returncode == 0
    assert count(database, "appointments") == 1
    run = manage(database, "purge_trash", TRASH_RETENTION="7")
    assert run.returncode == 0, run.stderr
    assert count(database, "appointments") == 0


@pytest.mark.parametrize("text", ["0", "-1", "ten", "1.5", "99999"])
def test_an_invalid_retention_stops_the_start(database: Database, text: str) -> None:
    run = manage(database, "purge_trash", TRASH_RETENTION=text)
    assert run.returncode == 1
    assert "TRASH_RETENTION must be a whole number" in run.stderr


@pytest.mark.slow
def test_a_killed_purge_has_removed_complete_rows_and_continues(database: Database, alices: Rows) -> None:
    database.owner("alter table documents disable trigger user")
    database.owner(
        "insert into documents (business_id, user_id, file_name, file_path, deleted_at) select %s, %s, n::text, 'a',"
        " now() - interval '40 days' from generate_series(1, 30000) n",
        alices.business,
        alices.user,
    )
    database.owner("alter table documents enable trigger user")
    process = subprocess.Popen([sys.executable, "manage.py", "purge_trash"], env=deployed(database), cwd=PROJECT)
    while count(database, "documents") > 29_000 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = count(database, "documents")
    deliveries = "select count(*) from private.webhook_deliveries where event = 'DELETE'"
    assert left < 30_001
    # The KB Updater got a webhook for each removed row.
    assert database.owner(deliveries).fetchone()[0] == 30_001 - left
    assert manage(database, "purge_trash").returncode == 0
    assert count(database, "documents") == 1
    assert database.owner(deliveries).fetchone()[0] == 30_000


def test_a_locked_row_is_left_to_the_next_run(database: Database, alices: Rows) -> None:
    trash(database, "appointments", 40)
    with database.connect() as other, other.transaction():
        other.execute("select from appointments for update")
        assert manage(database, "purge_trash").returncode == 0
    assert count(database, "appointments") == 1
    manage(database, "purge_trash")
    assert count(database, "appointments") == 0


def test_deliveries_are_purged_long_after_they_were_delivered(database: Database, as_service: Any) -> None:
    database.owner(
        "insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body, next_attempt_at,"
        " delivered_at, created_at)"
        " select 'x', 'INSERT', 'documents', gen_random_uuid(), gen_random_uuid(), '{}', next, delivered, '2024-01-01'"
        " from (values (null, '2024-01-02'::timestamptz), (null, now()), (null, null), (now(), null)) v (next, delivered)"
    )
    with as_service("console") as sql:
        assert sql("select private.purge_deliveries('2024-06-01', 100)").fetchone() == (1,)
        assert sql("select private.purge_deliveries('2024-06-01', 100)").fetchone() == (0,)
    for moment in ("now()", "now() + interval '1 year'", "null"):
        with pytest.raises(errors.InvalidParameterValue), as_service("console") as sql:
            sql(f"select private.purge_deliveries({moment})")
    with pytest.raises(errors.InsufficientPrivilege), as_service("service_role") as sql:
        sql("select private.purge_deliveries('2024-06-01')")
