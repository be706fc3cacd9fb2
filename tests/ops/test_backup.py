"""Test backups: each is proved by restoring it, and a damaged one is reported."""

import fcntl
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from aira.embedded import PROJECT, Cluster
from aira.ops import tasks
from aira.ops.backup.state import State
from aira.ops.models import Backup, RestoreDrill
from tests.command import deployed, manage
from tests.database import Database
from tests.tenant_rows import Rows

CREDIT = "insert into public.transactions (user_id, type, amount, currency, status) values (%s, 'credit', 5, 'USD', 'completed')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def back_up(database: Database, folder: Path, **settings: str) -> Path:
    run = manage(database, "backup", BACKUP_DIR=str(folder), **settings)
    assert run.returncode == 0, run.stderr
    return Path(run.stdout.split(": ")[0])


def drill(database: Database, folder: Path, *arguments: str) -> tuple[int, str]:
    run = manage(database, "restore_drill", *arguments, BACKUP_DIR=str(folder))
    assert "Traceback" not in run.stderr
    return run.returncode, run.stdout + run.stderr


def recorded(database: Database) -> list[tuple[str, bool]]:
    return database.owner("select file, problems = '[]' from console.restore_drills order by at").fetchall()


def test_a_backup_is_restored_unchanged_after_the_database_was_lost(
    database: Database, alices: Rows, folder: Path
) -> None:
    database.owner(CREDIT, alices.user)
    count = database.owner("select count(*) from public.transactions").fetchone()[0]
    dump = back_up(database, folder)
    database.owner(CREDIT, alices.user)  # This row came after the backup, within the RPO.
    code, said = drill(database, folder)
    assert code == 0, said
    assert re.search(
        r"rows of \d+ tables are the recorded ones, and the ledger proof passed. Restored in [\d.]+ s \(RTO\)", said
    )
    assert recorded(database) == [(dump.name, True)]
    manifest = json.loads(dump.with_suffix(".json").read_text())
    assert manifest["state"]["rows"]["public.transactions"] == count
    [(file, size)] = database.owner("select file, size from console.backups").fetchall()
    assert (file, size) == (dump.name, dump.stat().st_size)
    assert (dump.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)

    # Drop the database: the drill needs only the files.
    for table in ("transactions", "wallets"):
        database.owner(f"drop table public.{table} cascade")
    database.owner("drop table console.restore_drills")
    code, said = drill(database, folder, str(dump))
    assert code == 0, said
    assert "The outcome was not recorded" in said


def test_a_flipped_byte_is_detected(database: Database, alices: Rows, folder: Path) -> None:
    dump = back_up(database, folder)
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    dump.write_bytes(content)
    code, said = drill(database, folder)
    assert code == 1
    assert "was changed since it was written" in said
    assert recorded(database) == [(dump.name, False)]
    run = manage(database, "backup", "--verify", BACKUP_DIR=str(folder))
    assert (run.returncode, "1 backups are not reliable" in run.stderr) == (1, True)


@pytest.mark.slow
def test_a_damaged_dump_with_a_matching_manifest_fails_in_the_drill(
    database: Database, alices: Rows, folder: Path
) -> None:
    from aira.ops.backup.dump import digest

    dump = back_up(database, folder)
    dump.write_bytes(dump.read_bytes()[:-20_000])
    beside = dump.with_suffix(".json")
    sha256, size = digest(dump)
    beside.write_text(json.dumps({**json.loads(beside.read_text()), "sha256": sha256, "size": size}))
    code, said = drill(database, folder)
    assert code == 1
    assert "pg_restore failed" in said


@pytest.mark.parametrize(
    ("part", "change", "found"),
    [
        ("rows", {"public.transactions": 999}, "public.transactions has"),
        pytest.param("rows", {"public.gone": 1}, "public.gone is missing", marks=pytest.mark.slow),
        pytest.param(
            "newest",
            {"public.transactions": "2999-01-01 00:00:00+00"},
            "the newest row of public.transactions is from",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "guards",
            ["policy gone on public.wallets"],
            "guard is missing: policy gone on public.wallets",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "migrations", ["billing.9999_later"], "migration is missing: billing.9999_later", marks=pytest.mark.slow
        ),
    ],
)
def test_the_drill_names_what_a_restored_database_lacks(
    database: Database, alices: Rows, folder: Path, part: str, change: dict[str, object] | list[str], found: str
) -> None:
    """Change the manifest so that it promises more than the dump contains."""
    dump = back_up(database, folder)
    beside = dump.with_suffix(".json")
    manifest = json.loads(beside.read_text())
    was = manifest["state"][part]
    manifest["state"][part] = {**was, **change} if isinstance(change, dict) else [*was, *change]
    beside.write_text(json.dumps(manifest))
    code, said = drill(database, folder)
    assert code == 1
    assert found in said


def test_a_wrong_ledger_is_reported_by_the_backup(database: Database, alices: Rows, folder: Path) -> None:
    database.owner("set session_replication_role = replica")
    database.owner("update public.wallets set balance_usd = balance_usd + 1")
    database.owner("set session_replication_role = origin")
    run = manage(database, "backup", BACKUP_DIR=str(folder))
    assert run.returncode == 0
    assert "The ledger proof failed" in run.stderr


def test_only_the_newest_backups_are_kept(database: Database, folder: Path) -> None:
    folder.mkdir()
    for day in (1, 2, 3):
        for suffix in ("dump", "json"):
            (folder / f"aira_2020010{day}T000000Z.{suffix}").write_text("old")
    (folder / ".aira_20200104T000000Z.dump.unfinished").write_text("of one that was killed")
    new = back_up(database, folder, BACKUP_KEEP="2")
    kept = sorted(path.name for path in folder.iterdir())
    assert kept == ["aira_20200103T000000Z.dump", "aira_20200103T000000Z.json", new.name, new.with_suffix(".json").name]


def test_a_second_backup_does_not_change_the_first(database: Database, folder: Path) -> None:
    folder.mkdir()
    unfinished = folder / ".aira_20200104T000000Z.dump.unfinished"
    unfinished.write_text("of one that is being made")
    holder = os.open(folder, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    try:
        run = manage(database, "backup", BACKUP_DIR=str(folder))
        assert (run.returncode, "Another backup to" in run.stderr) == (1, True)
        assert list(folder.iterdir()) == [unfinished]
    finally:
        os.close(holder)
    back_up(database, folder)
    assert not unfinished.exists()


def test_a_folder_without_write_permission_gives_a_one_line_error(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = manage(database, "backup", BACKUP_DIR=str(tmp_path / "file" / "backups"))
    assert (run.returncode, "can't be written: Not a directory" in run.stderr) == (1, True)
    assert "Traceback" not in run.stderr


@pytest.mark.slow
def test_a_killed_backup_leaves_nothing_that_the_next_one_keeps(
    database: Database, alices: Rows, folder: Path, tmp_path: Path
) -> None:
    slow = tmp_path / "bin" / "pg_dump"
    slow.parent.mkdir()
    version = database.owner("show server_version").fetchone()[0]
    slow.write_text(
        f"#!/bin/sh\ncase $1 in --version) echo 'pg_dump (PostgreSQL) {version}';; *) exec sleep 60;; esac\n"
    )
    slow.chmod(0o755)
    path = f"{slow.parent}{os.pathsep}{os.environ['PATH']}"
    running = subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), "backup"],
        env=deployed(database, BACKUP_DIR=str(folder), PATH=path),
    )
    until(lambda: list(folder.glob(".aira_*.unfinished")))
    running.kill()
    running.wait()
    assert list(folder.glob("*.dump")) == []
    dump = back_up(database, folder)
    assert sorted(path.name for path in folder.iterdir()) == [dump.name, dump.with_suffix(".json").name]


@pytest.mark.slow
def test_the_server_of_a_killed_drill_is_removed_by_the_next_drill(
    database: Database, alices: Rows, folder: Path, tmp_path: Path
) -> None:
    dump = back_up(database, folder)
    homes = Cluster.locate("drill").home
    before = set(homes.glob("drill-*"))
    running = subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), "restore_drill", str(dump)], env=deployed(database)
    )
    until(lambda: list(homes.glob(f"drill-{running.pid}-*/drill-*/data/postmaster.pid")))
    running.kill()
    running.wait()
    [left] = set(homes.glob("drill-*")) - before
    pid = int(next(left.glob("drill-*/data/postmaster.pid")).read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").exists()
    assert drill(database, folder)[0] == 0
    assert not left.exists()
    until(lambda: not Path(f"/proc/{pid}").exists())


def until(reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


REGISTERED = (
    "from procrastinate.contrib.django import app;"
    " print([(name, task.cron) for (name, _), task in app.periodic_registry.periodic_tasks.items()])"
)


def test_the_worker_makes_backups_and_drills_on_their_schedules(database: Database) -> None:
    unset = manage(database, "shell", "-c", REGISTERED)
    assert "('ops.seal_audit', '*/15 * * * *')" in unset.stdout
    assert "ops.backup" not in unset.stdout
    run = manage(database, "shell", "-c", REGISTERED, BACKUP_SCHEDULE="40 2 * * *", DRILL_SCHEDULE="30 4 * * 0")
    assert "('ops.backup', '40 2 * * *')" in run.stdout
    assert "('ops.restore_drill', '30 4 * * 0')" in run.stdout


def test_the_jobs_back_up_and_restore(
    database: Database, alices: Rows, direct: None, in_its_database: None, settings: Any, folder: Path
) -> None:
    settings.BACKUP_DIR = folder
    with pytest.raises(CommandError, match="holds no backup"):
        tasks.drill(0)
    tasks.back_up(0)
    tasks.drill(0)
    assert Backup.objects.count() == 1
    assert [drill.problems for drill in RestoreDrill.objects.all()] == [[]]


@pytest.mark.parametrize("setting", ["BACKUP_SCHEDULE", "DRILL_SCHEDULE", "BACKUP_DRIVER"])
def test_a_schedule_that_cannot_be_read_stops_the_start(database: Database, setting: str) -> None:
    run = manage(database, "check", **{setting: "each night"})
    assert run.returncode == 1
    assert f"{setting} must be" in run.stderr


@pytest.mark.parametrize("command", ["backup", "restore_drill"])
def test_without_a_folder_the_error_names_the_setting(database: Database, command: str) -> None:
    run = manage(database, command)
    assert (run.returncode, "BACKUP_DIR is not set" in run.stderr, "Traceback" in run.stderr) == (1, True, False)


def test_a_drill_without_a_backup_is_refused(database: Database, tmp_path: Path) -> None:
    run = manage(database, "restore_drill", BACKUP_DIR=str(tmp_path))
    assert (run.returncode, "holds no backup" in run.stderr) == (1, True)


def test_a_failed_backup_leaves_nothing(database: Database, folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    fake = broken / "pg_dump"
    version = database.owner("show server_version").fetchone()[0]
    fake.write_text(
        f"#!/bin/sh\ncase $1 in --version) echo 'pg_dump (PostgreSQL) {version}';; *) echo no disk >&2; exit 3;; esac\n"
    )
    fake.chmod(0o755)
    run = manage(
        database, "backup", BACKUP_DIR=str(folder), PATH=f"{broken}{os.pathsep}/usr/bin", AIRA_PG_BIN="/nowhere"
    )
    assert run.returncode == 1
    assert "pg_dump failed (3): no disk" in run.stderr
    assert list(folder.glob("*")) == []


def test_a_restore_past_a_migration_accepts_its_changes() -> None:
    rows, newest = {"public.transactions": 2, "public.documents": 2}, {"public.transactions": "2026-01-02"}
    then = State(rows, newest, ["old policy"], ["billing.0001"], [])
    later = State({**rows, "public.documents": 1}, newest, ["new policy"], ["billing.0001", "billing.0002"], [])
    assert then.missing_in(later, later=True) == []
    # Without a migration in between, these must be equal, and the ledger never shrinks.
    found = then.missing_in(
        State({**rows, "public.transactions": 1}, newest, ["new policy"], ["billing.0001"], []), later=True
    )
    assert found == [
        "public.transactions has 1 rows, not 2",
        "guard is missing: old policy",
        "guard is additional: new policy",
    ]
    assert "migration is missing: billing.0001" in then.missing_in(
        State(rows, newest, [], ["billing.0002"], []), later=True
    )
