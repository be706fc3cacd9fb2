"""Test that a lost server is restored to a moment from an encrypted repository, and that problems are reported."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aira.embedded import PROJECT, Cluster, wheel_binaries
from aira.ops.backup.recovery import recovered
from aira.ops.backup.state import State
from tests.command import deployed
from tests.ops.pgbackrest import CIPHER_PASS, DEBIANS, MISSING, Origin, installed, origin

pytestmark = pytest.mark.slow

ACCOUNT = "insert into auth.users (email) values (%s) returning id"
CREDIT = "insert into public.transactions (user_id, type, amount, currency, status) values (%s, 'credit', 5, 'USD', 'completed')"


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    if not installed():
        pytest.skip(MISSING)


@pytest.fixture
def lived_in() -> Iterator[Origin]:
    with origin(DEBIANS) as found:
        found.archives()
        yield found


def work(found: Origin, email: str) -> None:
    [user] = found.database.owner(ACCOUNT, email).fetchone()
    found.database.owner(CREDIT, user)


def state_of(found: Origin) -> State:
    with found.database.connect(autocommit=False) as connection, connection.cursor() as cursor:
        return State.of(cursor)


def back_up(found: Origin, kind: str) -> str:
    run = found.manage("backup", "--driver", "pgbackrest", "--type", kind)
    assert run.returncode == 0, run.stderr
    return run.stdout.split(": ")[0]


def test_a_lost_server_is_restored_to_the_moment_before_a_mistake(
    lived_in: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(lived_in, "before@trattoria.example")
    full = back_up(lived_in, "full")
    work(lived_in, "between@trattoria.example")
    incremental = back_up(lived_in, "incr")
    assert (full[-1], incremental[-1]) == ("F", "I")
    assert lived_in.database.owner("select file from console.backups order by taken_at").fetchall() == [
        (full,),
        (incremental,),
    ]
    work(lived_in, "after@trattoria.example")
    wanted = state_of(lived_in)
    time.sleep(1)
    moment = datetime.now(UTC)
    time.sleep(1)
    lived_in.database.owner("alter table public.appointments disable row level security")
    lived_in.database.owner("drop table public.documents cascade")
    lived_in.database.owner("select pg_switch_wal()")
    until_archived(lived_in)
    lived_in.destroy()

    run = lived_in.manage("restore_drill", "--driver", "pgbackrest", "--to", moment.isoformat())
    assert run.returncode == 0, run.stderr
    assert f"{incremental}: {sum(wanted.rows.values())} rows of {len(wanted.rows)} tables" in run.stdout
    assert "The outcome was not recorded" in run.stderr
    # A restore to the end of the archive repeats the mistake, and the drill names it.
    run = lived_in.manage("restore_drill", "--driver", "pgbackrest")
    assert (run.returncode, "public.documents is missing" in run.stderr) == (1, True), run.stderr
    # A time after the end of the archive can't be restored, and the error says so.
    run = lived_in.manage("restore_drill", "--driver", "pgbackrest", "--to", "2999-01-01")
    assert "recovery ended before configured recovery target was reached" in run.stderr
    assert run.returncode == 1
    assert list((lived_in.home / "drills").glob("drill-*-*")) == []

    from aira.ops.backup.pgbackrest import manifest_of

    # The server that replays works without pgBackRest's file, too.
    for name, value in {**lived_in.settings, **lived_in.without_file()}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("django.conf.settings.BACKUP_DIR", Path(lived_in.settings["BACKUP_DIR"]))
    manifest = manifest_of(incremental.split("/")[1])
    with recovered(manifest, moment) as connection, connection.cursor() as cursor:
        assert State.of(cursor) == wanted
        [last] = cursor.execute("select pg_last_xact_replay_timestamp()").fetchone()
        assert datetime.fromisoformat(manifest.taken_at) < last < moment
        [command] = cursor.execute("show restore_command").fetchone()
        assert ("archive-get" in command, CIPHER_PASS in command) == (True, False)


def until_archived(found: Origin) -> None:
    deadline = time.monotonic() + 60
    while (
        found.database.owner(
            "select last_archived_wal from pg_stat_archiver where last_archived_time > now() - interval '3 s'"
        ).fetchone()
        is None
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(1)


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can run a server as another user.")
def test_a_server_of_another_user_than_postgres_is_backed_up_and_restored_in_a_drill() -> None:
    with origin(DEBIANS, user="daemon") as found:
        found.archives()
        assert found.cluster.data.owner() == "daemon"
        name = back_up(found, "full")
        run = found.manage("restore_drill", "--driver", "pgbackrest")
        assert run.returncode == 0, run.stderr
        assert run.stdout.startswith(name)
        assert {path.owner() for path in (found.home / "repository").rglob("*")} == {"daemon"}


def test_a_flipped_byte_in_the_repository_is_detected(lived_in: Origin) -> None:
    work(lived_in, "before@trattoria.example")
    name = back_up(lived_in, "full")
    largest = max((lived_in.home / "repository" / "backup").rglob("*.gz"), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    run = lived_in.manage("backup", "--driver", "pgbackrest", "--verify")
    assert (run.returncode, "changed since it was written" in run.stderr) == (1, True), run.stderr
    run = lived_in.manage("restore_drill", "--driver", "pgbackrest")
    assert (run.returncode, "is not reliable" in run.stderr) == (1, True), run.stderr
    assert lived_in.database.owner("select file, problems = '[]' from console.restore_drills").fetchall() == [
        (name, False)
    ]


def test_retention_removes_older_backups_and_their_manifests(lived_in: Origin) -> None:
    first = back_up(lived_in, "full")
    second = back_up(lived_in, "full")
    manifests = [path.name for path in (lived_in.home / "manifests").iterdir()]
    assert first != second
    assert manifests == [f"pgbackrest_{second.replace('/', '_')}.json"]


def test_the_server_of_a_killed_drill_is_removed_by_the_next_drill(lived_in: Origin) -> None:
    back_up(lived_in, "full")
    running = subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), "restore_drill", "--driver", "pgbackrest"],
        env=deployed(lived_in.database, **lived_in.settings),
    )
    drills = lived_in.home / "drills"
    deadline = time.monotonic() + 120
    while not (started := list(drills.glob(f"drill-{running.pid}-*/drill-15/data/postmaster.pid"))):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    pid = int(started[0].read_text().splitlines()[0])
    running.kill()
    running.wait()
    assert Path(f"/proc/{pid}").exists()
    run = lived_in.manage("restore_drill", "--driver", "pgbackrest")
    assert run.returncode == 0, run.stderr
    assert list(drills.glob("drill-*-*")) == []
    assert not Path(f"/proc/{pid}").exists()


def test_without_archiving_the_error_explains_the_setup() -> None:
    with origin(DEBIANS, migrated=False) as found:
        # If the server does not reveal its data folder, pgBackRest's own file names it.
        no_superuser = found.database.address("console")
        run = found.manage("backup", "--driver", "pgbackrest", DATABASE_DIRECT_URL=no_superuser)
    assert run.returncode == 1
    assert "The server does not archive to pgBackRest (archive_mode is off" in run.stderr
    assert "Set archive_mode = on and archive_command = 'pgbackrest --stanza=aira archive-push %p'" in run.stderr


def test_a_version_unknown_to_pgbackrest_gives_an_error_with_a_remedy() -> None:
    if Cluster.locate(bindir=wheel_binaries()).major < 16 or not version().startswith("pgBackRest 2.45"):
        pytest.skip("This pgBackRest knows the version that is here.")
    with origin(wheel_binaries(), migrated=False) as found:
        run = found.manage("backup", "--driver", "pgbackrest")
    assert run.returncode == 1
    assert "pgBackRest 2.45 does not support PostgreSQL 18. Install a newer pgBackRest" in run.stderr
    assert "manage.py backup --driver pg_dump" in run.stderr


def version() -> str:
    return subprocess.run(["pgbackrest", "version"], capture_output=True, text=True, check=True).stdout


def test_a_repository_without_encryption_is_refused() -> None:
    with origin(DEBIANS, migrated=False) as found:
        conf = found.home / "pgbackrest.conf"
        conf.write_text("".join(line for line in conf.read_text().splitlines(keepends=True) if "cipher" not in line))
        run = found.manage("backup", "--driver", "pgbackrest")
    assert (run.returncode, "The repository is not encrypted (cipher: none)" in run.stderr) == (1, True), run.stderr


def test_a_missing_manifest_is_detected(lived_in: Origin) -> None:
    name = back_up(lived_in, "full")
    assert lived_in.manage("backup", "--driver", "pgbackrest", "--verify").returncode == 0
    (lived_in.home / "manifests" / f"pgbackrest_{name.replace('/', '_')}.json").unlink()
    run = lived_in.manage("backup", "--driver", "pgbackrest", "--verify")
    assert (run.returncode, "so the expected state of" in run.stderr) == (1, True), run.stderr


def test_without_a_stanza_the_error_names_the_setting() -> None:
    with origin(DEBIANS, migrated=False) as found:
        run = found.manage("backup", "--driver", "pgbackrest", PGBACKREST_STANZA="")
    assert (run.returncode, "PGBACKREST_STANZA is not set" in run.stderr) == (1, True)
