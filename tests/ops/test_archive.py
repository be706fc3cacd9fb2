"""Test archives: old months move to files without loss, and can be restored unchanged."""

import gzip
import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from aira.embedded import PROJECT
from aira.ops import archive as archiving
from aira.ops.archive_files import ArchiveError, Manifest, Month, mentions, read_manifest, verify
from tests.command import deployed, manage
from tests.database import Database, Sql

NOW = datetime.now(UTC)
AWKWARD = 'line\nbreak, "quotes", \\ and a tab\t, ünïcode ✓'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def old(database: Database) -> Database:
    """Create a database with a month of 2021 and one of 2022 in both tables."""
    for table in ("audit.events", "private.delivery_attempts"):
        for month in ("2021-03-01", "2022-07-01"):
            database.owner("select private.add_partition(%s::regclass, %s)", table, month)
    database.owner(
        "insert into audit.events (at, table_name, row_id, verb, before, after, actor_kind, actor_name, reason)"
        " select '2021-03-01 00:00Z'::timestamptz + n * interval '1 hour', 'documents', n::text, 'update',"
        " jsonb_build_object('notes', %s::text, 'none', null), null, 'user', nullif(%s, ''), case when n %% 2 = 0 then '' end"
        " from generate_series(0, 700) n",
        AWKWARD,
        AWKWARD,
    )
    database.owner(
        "insert into private.delivery_attempts (id, at, delivery_id, endpoint, attempt, duration, request_head)"
        " values (gen_random_uuid(), '2022-07-31 23:59:59.999999Z', gen_random_uuid(), 'kb_updater', 1, 3, '')"
    )
    return database


def content(database: Database) -> list[Any]:
    return database.owner("select e::text from audit.events e where at < '2023-01-01' order by at, id").fetchall()


def months(database: Database) -> list[str]:
    found = database.owner(
        "select oid::regclass::text from pg_class where relispartition and relkind = 'r' and relname ~ '_202[12]_' order by 1"
    )
    return [name for (name,) in found.fetchall()]


def archive(database: Database, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return manage(database, "archive", *arguments, ARCHIVE_DIR=str(folder))


def test_an_archived_month_is_restored_unchanged(old: Database, folder: Path) -> None:
    before = content(old)
    assert "2021-03: due" in archive(old, folder, "--dry-run").stdout
    assert not folder.exists()
    run = archive(old, folder)
    assert run.returncode == 0, run.stderr
    assert "audit.events, 2021-03: moved 701 rows" in run.stdout
    assert months(old) == []
    assert content(old) == []
    assert sorted(file.name for file in folder.iterdir()) == [
        "delivery_attempts_2021_03.csv.gz",
        "delivery_attempts_2021_03.json",
        "delivery_attempts_2022_07.csv.gz",
        "delivery_attempts_2022_07.json",
        "events_2021_03.csv.gz",
        "events_2021_03.json",
        "events_2022_07.csv.gz",
        "events_2022_07.json",
    ]
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert archive(old, folder, "--verify").stdout.count("verified") == 4
    run = archive(old, folder, "--restore", "audit.events", "2021-03")
    assert run.returncode == 0, run.stderr
    assert content(old) == before
    # A restored month stays in the database for a while.
    assert archive(old, folder).stdout == ""
    old.owner("update private.archives set restored_at = now() - interval '31 days' where table_name = 'audit.events'")
    assert "701 rows" in archive(old, folder).stdout


def test_a_month_within_its_retention_stays(old: Database, folder: Path) -> None:
    run = manage(old, "archive", ARCHIVE_DIR=str(folder), AUDIT_RETENTION="9999", DELIVERY_LOG_RETENTION="9999")
    assert (run.returncode, run.stdout) == (0, "")
    assert len(months(old)) == 4


def test_without_a_folder_no_month_leaves_the_database(old: Database) -> None:
    run = manage(old, "archive")
    assert run.returncode == 1
    assert "ARCHIVE_DIR is not set" in run.stderr
    assert len(months(old)) == 4


FLIPPED = """
import runpy, sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
import django
from django.conf import settings
django.setup()
from aira.ops import archive
write = archive.write
def flipped(month):
    manifest = write(month)
    data = bytearray(month.data.read_bytes())
    data[len(data) // 2] ^= 1
    month.data.write_bytes(data)
    return manifest
archive.write = flipped
from django.core.management import call_command
call_command("archive")
"""


def test_a_damaged_file_prevents_dropping_the_month(old: Database, folder: Path) -> None:
    settings = deployed(old, ARCHIVE_DIR=str(folder), DJANGO_SETTINGS_MODULE="aira.settings")
    run = subprocess.run(
        [sys.executable, "-c", FLIPPED], env=settings, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "was changed since it was written" in run.stderr
    assert len(months(old)) == 4
    assert old.owner("select count(*) from private.archives").fetchone() == (0,)


def spoil(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def lie(file: Path) -> None:
    """Write an archive with rows that never existed, and a matching manifest."""
    with gzip.open(file, "at") as more:
        more.write(gzip.decompress(file.read_bytes()).decode().splitlines()[-1] + "\n")


@pytest.mark.slow
@pytest.mark.parametrize("damage", [spoil, truncate, lie, Path.unlink])
def test_a_damaged_archive_is_not_restored(old: Database, folder: Path, damage: Callable[[Path], None]) -> None:
    archive(old, folder)
    damage(folder / "events_2021_03.csv.gz")
    assert archive(old, folder, "--verify").returncode == 1
    run = archive(old, folder, "--restore", "audit.events", "2021-03")
    assert run.returncode == 1
    assert "events_2021_03.csv.gz" in run.stderr
    assert "Traceback" not in run.stderr
    assert months(old) == []
    erased = manage(old, "erase_account", str(uuid4()), "--reason", "x", "--yes", ARCHIVE_DIR=str(folder))
    assert erased.returncode == 1
    assert "Traceback" not in erased.stderr
    assert "events_2021_03.csv.gz" in erased.stderr


@pytest.mark.parametrize("extension", ["csv.gz", "json"])
def test_each_damaged_byte_gives_an_error_of_one_sentence(
    old: Database, folder: Path, extension: str, settings: Any
) -> None:
    """Damage the header and every 23rd byte, with a hash that matches, as if somebody else had written the file."""
    archive(old, folder)
    settings.ARCHIVE_DIR = folder
    month = Month("audit.events", date(2021, 3, 1))
    manifest, file = read_manifest(month), folder / f"events_2021_03.{extension}"
    whole = file.read_bytes()
    for place in [*range(40), *range(40, len(whole), 23)]:
        damaged = bytearray(whole)
        damaged[place] ^= 0x91
        file.write_bytes(damaged)
        found = hashlib.sha256(damaged).hexdigest() if extension == "csv.gz" else manifest.sha256
        with suppress(ArchiveError):
            verify(month, replace(read_manifest(month), sha256=found))
        with suppress(ArchiveError):
            mentions(month, "nobody")


@pytest.mark.slow
def test_a_forged_manifest_is_refused(old: Database, folder: Path) -> None:
    archive(old, folder)
    file = folder / "events_2021_03.json"
    for forged in ("{}", "nonsense", json.dumps({**json.loads(file.read_text()), "sha256": "0" * 64})):
        file.write_text(forged)
        run = archive(old, folder, "--restore", "audit.events", "2021-03")
        assert run.returncode == 1
        assert "Traceback" not in run.stderr
    assert months(old) == []


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (("audit.events", "2019-01"), "never archived"),
        (("audit.events", "2019-13"), "is not a month"),
        (("audit.events", "soon"), "is not a month"),
        (("public.wallets", "2019-01"), "is not archived"),
    ],
)
def test_a_month_without_an_archive_is_not_restored(
    database: Database, folder: Path, what: tuple[str, str], said: str
) -> None:
    run = archive(database, folder, "--restore", *what)
    assert run.returncode == 1
    assert said in run.stderr


@pytest.mark.slow
def test_a_month_in_the_database_is_not_restored_again(old: Database, folder: Path) -> None:
    archive(old, folder)
    assert archive(old, folder, "--restore", "audit.events", "2021-03").returncode == 0
    run = archive(old, folder, "--restore", "audit.events", "2021-03")
    assert "the month is in the database already" in run.stderr
    assert len(content(old)) == 701


@pytest.mark.slow
def test_a_killed_run_loses_nothing_and_the_next_run_continues(old: Database, folder: Path) -> None:
    before = content(old)
    for pause in (0.6, 0.7, 0.8, 0.9, 1.0, 1.1):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "archive"], env=deployed(old, ARCHIVE_DIR=str(folder)), cwd=PROJECT
        )
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        in_files = old.owner("select count(*) from private.archives where table_name = 'audit.events'").fetchone()[0]
        assert len([name for name in months(old) if "events" in name]) + in_files == 2
    run = archive(old, folder)
    assert run.returncode == 0, run.stderr
    assert months(old) == []
    assert archive(old, folder, "--verify").returncode == 0
    assert archive(old, folder, "--restore", "audit.events", "2021-03").returncode == 0
    assert content(old) == before


def test_a_month_whose_rows_have_changed_is_kept(old: Database, as_service: Any, owner: Sql) -> None:
    with as_service("console") as sql:
        found = sql("select * from private.month_digest('audit.events', '2021-03-01')").fetchone()
        with pytest.raises(errors.CheckViolation, match="differ from the 700"):
            sql("select private.drop_month('audit.events', '2021-03-01', 700, %s, 'f', 1, 'x')", found[1])
    owner(
        "insert into audit.events (at, table_name, row_id, verb, actor_kind) values ('2021-03-09', 'x', 'x', 'x', 'x')"
    )
    with pytest.raises(errors.CheckViolation), as_service("console") as sql:
        sql("select private.drop_month('audit.events', '2021-03-01', %s, %s, 'f', 1, 'x')", *found)
    assert len(months(old)) == 4


def test_no_role_can_drop_recent_months(database: Database, as_service: Any) -> None:
    for age in ("0 months", "1 month"):
        with pytest.raises(errors.InvalidParameterValue), as_service("console") as sql:
            sql(
                "with m as (select date_trunc('month', now() - %s::interval)::date as first)"
                " select private.drop_month('private.delivery_attempts', first, 0, 0, 'f', 1, 'x') from m",
                age,
            )
    for table in ("public.wallets", "private.archives"):
        with pytest.raises(errors.InvalidParameterValue), as_service("console") as sql:
            sql("select private.drop_month(%s::regclass, '2020-01-01', 0, 0, 'f', 1, 'x')", table)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "voice_agent", "kb_updater"])
def test_other_roles_cannot_use_archives(old: Database, role: str) -> None:
    for call in (
        "select private.drop_month('audit.events', '2021-03-01', 0, 0, 'f', 1, 'x')",
        "select private.month_digest('audit.events', '2021-03-01')",
        "select from private.archives",
    ):
        with pytest.raises(errors.InsufficientPrivilege), old.request(role, None) as sql:
            sql(call)


def test_a_reader_does_not_wait_for_long(old: Database, as_service: Any) -> None:
    with old.connect() as reader, reader.transaction():
        reader.execute("select count(*) from audit.events")
        started = time.monotonic()
        with as_service("console") as sql:
            found = sql("select * from private.month_digest('audit.events', '2021-03-01')").fetchone()
        with pytest.raises(psycopg.errors.LockNotAvailable), as_service("console") as sql:
            sql("select private.drop_month('audit.events', '2021-03-01', %s, %s, 'f', 1, 'x')", *found)
        assert time.monotonic() - started < 10


def test_a_month_without_its_partition_does_not_stop_the_others(
    old: Database, folder: Path, in_its_database: None, direct: Any, settings: Any, monkeypatch: Any
) -> None:
    settings.ARCHIVE_DIR = folder
    verify = archiving.verify

    def then_somebody_drops_it(month: Month, manifest: Manifest) -> None:
        verify(month, manifest)
        if month.table == "audit.events" and month.first.year == 2021:
            old.owner("drop table audit.events_2021_03")

    monkeypatch.setattr(archiving, "verify", then_somebody_drops_it)
    outcomes = {str(month.data.name): outcome for month, outcome in archiving.archive_due(NOW.date())}
    assert "audit.events has no partition of 2021-03-01" in str(outcomes.pop("events_2021_03.csv.gz"))
    assert len(outcomes) == 3
    assert all(isinstance(outcome, Manifest) for outcome in outcomes.values())


def make_month_again(database: Database) -> None:
    database.owner("select private.add_partition('audit.events', '2021-03-01')")
    database.owner(
        "insert into audit.events (at, table_name, row_id, verb, actor_kind) values ('2021-03-09', 'x', 'late', 'x', 'x')"
    )


def test_an_archived_month_is_not_overwritten(old: Database, folder: Path) -> None:
    archive(old, folder)
    before = (folder / "events_2021_03.csv.gz").read_bytes()
    make_month_again(old)
    run = archive(old, folder)
    assert run.returncode == 1
    assert "is the only copy of the rows that were archived" in run.stderr
    assert (folder / "events_2021_03.csv.gz").read_bytes() == before
    assert len(content(old)) == 1


@pytest.mark.slow
def test_an_archive_of_another_database_is_not_overwritten(old: Database, server: Any, folder: Path) -> None:
    archive(old, folder)
    old.owner("delete from private.archives")
    before = (folder / "events_2021_03.csv.gz").read_bytes()
    make_month_again(old)
    run = archive(old, folder)
    assert run.returncode == 1
    assert "Check that ARCHIVE_DIR belongs to this database." in run.stderr
    assert (folder / "events_2021_03.csv.gz").read_bytes() == before


@pytest.mark.slow
def test_a_month_that_was_written_but_not_dropped_is_dropped_by_the_next_run(old: Database, folder: Path) -> None:
    with old.connect() as reader, reader.transaction():
        reader.execute("select count(*) from audit.events")
        run = archive(old, folder)
        assert run.returncode == 1
        assert "the partition is in use" in run.stderr
        assert "private.delivery_attempts, 2022-07: moved 1 rows" in run.stdout
    run = archive(old, folder)
    assert run.returncode == 0, run.stderr
    assert months(old) == []


def test_two_runs_do_not_write_at_the_same_time(old: Database, folder: Path) -> None:
    with old.connect() as other, other.transaction():
        other.execute("select pg_advisory_xact_lock(hashtext('aira.ops.archive'))")
        run = archive(old, folder)
    assert run.returncode == 1
    assert "Another run is archiving" in run.stderr
    assert len(months(old)) == 4


def test_a_folder_without_write_permission_is_reported(old: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    run = archive(old, tmp_path / "file")
    assert run.returncode == 1
    assert "can't be written" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(months(old)) == 4


def test_console_cannot_record_an_archive_directly(old: Database, folder: Path, as_service: Any) -> None:
    archive(old, folder)
    for statement in ("update private.archives set restored_at = now()", "delete from private.archives"):
        with pytest.raises(errors.InsufficientPrivilege), as_service("console") as sql:
            sql(statement)
