"""Test that a full disk ends neither a backup nor a restore green, and that the error says so."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from aira.embedded import Cluster
from tests.command import manage
from tests.database import Database, server_home
from tests.ops.gpg import keyring, new_key
from tests.ops.test_restore import GREEN, dump, restore
from tests.tenant_rows import Rows

__all__ = ["dump"]

MEGABYTE = 1024 * 1024
FULL = "No space left on device"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Provide a disk of this size. Skip the test where none can be made."""
    folder.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "aira-test", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"A small disk can't be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, leave: int) -> None:
    """Fill a disk until this number of megabytes is left."""
    state = os.statvfs(folder)
    with (folder / "filling").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - leave * MEGABYTE)


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_backup_to_a_full_disk_fails_and_leaves_nothing(
    database: Database, alices: Rows, tmp_path: Path, encrypted: bool
) -> None:
    with small_disk(tmp_path / "disk", 1) as folder, keyring() as home:
        fill(folder, 0)
        settings = {"BACKUP_DIR": str(folder / "backups"), "GNUPGHOME": str(home)}
        if encrypted:
            new_key(home, "backups@example.com")
            settings["BACKUP_ENCRYPT_TO"] = "backups@example.com"
        run = manage(database, "backup", **settings)
        assert run.returncode == 1, run.stdout
        assert FULL in run.stderr
        assert "Traceback" not in run.stderr
        assert [path for path in folder.rglob("*") if path.is_file()] == [folder / "filling"]
    assert database.owner("select count(*) from console.backups").fetchone() == (0,)


@pytest.fixture
def full_server() -> Iterator[str]:
    """Provide the address of an empty database, whose server has 12 MB left: less than the tables need."""
    home = server_home("full")
    with small_disk(home, 300):
        cluster = Cluster("full", Cluster.locate().source, home, durable=False)
        cluster.start()
        try:
            with psycopg.connect(cluster.url(), autocommit=True) as connection:
                connection.execute("create database restored")
            fill(home, 12)
            yield urlsplit(cluster.url())._replace(path="/restored").geturl()
        finally:
            (home / "filling").unlink(missing_ok=True)
            cluster.destroy()
    home.rmdir()


def test_a_restore_to_a_full_disk_does_not_end_green(database: Database, dump: Path, full_server: str) -> None:
    code, said = restore(database, dump, full_server)
    assert code == 1
    assert GREEN not in said
    assert FULL in said, said


def test_a_drill_on_a_full_disk_is_not_reliable(database: Database, dump: Path, tmp_path: Path) -> None:
    home = server_home("drills")
    with small_disk(home, 60):
        run = manage(database, "restore_drill", str(dump), AIRA_DATA_HOME=str(home))
        assert run.returncode == 1, run.stdout
        assert "is not reliable" in run.stderr
        assert FULL in run.stderr
        assert "Traceback" not in run.stderr
    home.rmdir()
    assert database.owner("select problems <> '[]' from console.restore_drills").fetchone() == (True,)
