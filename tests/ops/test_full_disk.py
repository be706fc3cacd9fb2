"""Test that a full disk ends neither a backup nor a restore green, and that the error says so."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from aira.embedded import Cluster
from tests.command import manage
from tests.database import Database
from tests.ops.gpg import keyring, new_key
from tests.ops.test_restore import GREEN, dump, restore
from tests.small_disk import fill, small_disk
from tests.tenant_rows import Rows

__all__ = ["dump"]

FULL = "No space left on device"


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_a_backup_to_a_full_disk_fails_and_leaves_nothing(database: Database, alices: Rows, encrypted: bool) -> None:
    with small_disk(1) as folder, keyring() as home:
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
    with small_disk(300) as home:
        cluster = Cluster("full", Cluster.locate().source, home, durable=False)
        cluster.start()
        try:
            with psycopg.connect(cluster.url(), autocommit=True) as connection:
                connection.execute("create database restored")
            filling = fill(home, 12)
            yield urlsplit(cluster.url())._replace(path="/restored").geturl()
            filling.unlink()
        finally:
            cluster.destroy()


def test_a_restore_to_a_full_disk_fails(database: Database, dump: Path, full_server: str) -> None:
    code, said = restore(database, dump, full_server)
    assert code == 1
    assert GREEN not in said
    assert FULL in said, said


def test_a_drill_on_a_full_disk_is_not_reliable(database: Database, dump: Path) -> None:
    with small_disk(60) as home:
        run = manage(database, "restore_drill", str(dump), AIRA_DATA_HOME=str(home))
        assert run.returncode == 1, run.stdout
        assert "is not reliable" in run.stderr
        assert FULL in run.stderr
        assert "Traceback" not in run.stderr
    assert database.owner("select problems <> '[]' from console.restore_drills").fetchone() == (True,)
