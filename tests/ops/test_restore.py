"""A restore by the one command ends green, elsewhere too, or says why not."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aira.embedded import PROJECT, Cluster
from tests.command import manage
from tests.database import Database, Server, server_home
from tests.hosted import AUTH, OLD_DEFAULTS, hosted_server, make_database
from tests.hosted import url as hosted_url
from tests.tenant_rows import Rows

GREEN = "The checks of drift, integrity, ledger and access matrix passed."
CREDIT = "insert into public.transactions (user_id, type, amount, currency, status) values (%s, 'credit', 5, 'USD', 'completed')"


@pytest.fixture
def dump(database: Database, alices: Rows, tmp_path: Path) -> Path:
    database.owner(CREDIT, alices.user)
    made = manage(database, "backup", BACKUP_DIR=str(tmp_path / "backups"))
    assert made.returncode == 0, made.stderr
    return Path(made.stdout.split(": ")[0])


@pytest.fixture
def empty(server: Server, database: Database) -> Iterator[str]:
    """The address of an empty database of the same server."""
    name = f"{database.name}_empty"
    server.admin("create database {}", name)
    yield urlsplit(database.address())._replace(path=f"/{name}").geturl()
    server.drop(name)


def restore(database: Database, dump: Path, into: str) -> tuple[int, str]:
    """Restore while the site's own database is away."""
    nowhere = "postgres://x:x@127.0.0.1:1/x"
    run = manage(database, "restore", str(dump), "--into", into, DATABASE_URL=nowhere, DATABASE_DIRECT_URL=nowhere)
    assert "Traceback" not in run.stderr, run.stderr
    return run.returncode, run.stdout + run.stderr


def test_a_restore_passes_its_checks_and_a_second_one_is_refused(database: Database, dump: Path, empty: str) -> None:
    code, said = restore(database, dump, empty)
    assert (code, GREEN in said) == (0, True), said
    code, said = restore(database, dump, empty)
    assert code == 1
    assert "Restore into an empty one" in said


@pytest.mark.parametrize("defaults", ["", pytest.param(OLD_DEFAULTS, marks=pytest.mark.slow)], ids=["new", "old"])
def test_a_restore_into_a_hosted_project_passes_its_checks(
    database: Database, dump: Path, alices: Rows, defaults: str
) -> None:
    with hosted_server("restored") as cluster:
        make_database(cluster, "project", AUTH, *([defaults] if defaults else []), owner="hosted")
        code, said = restore(database, dump, hosted_url(cluster, "project", "hosted"))
        assert (code, GREEN in said) == (0, True), said


@pytest.mark.parametrize(
    "fault", ["byte", *(pytest.param(fault, marks=pytest.mark.slow) for fault in ("file", "manifest"))]
)
def test_a_damaged_backup_is_refused_before_anything_is_written(
    database: Database, dump: Path, empty: str, fault: str
) -> None:
    if fault == "byte":
        content = bytearray(dump.read_bytes())
        content[len(content) // 2] ^= 1
        dump.write_bytes(content)
    else:
        (dump if fault == "file" else dump.with_suffix(".json")).unlink()
    code, said = restore(database, dump, empty)
    assert code == 1
    assert {"byte": "was changed since it was written", "file": "can't be read", "manifest": "can't be read"}[
        fault
    ] in said
    code, said = restore(database, dump, empty)
    assert "Restore into an empty one" not in said


@pytest.mark.slow
def test_a_restore_to_a_newer_major_version_passes_its_checks(database: Database, tmp_path: Path) -> None:
    """15 → the version of this run, as a pg_upgrade by dump would do it."""
    bindir = PROJECT / ".postgres/postgresql-15/bin"
    if not (bindir / "postgres").exists():
        pytest.skip("make .postgres/postgresql-15/bin/postgres")
    home = server_home("old")
    old = Cluster("old", Cluster.locate("old", bindir).source, home, durable=False)
    old.start()
    try:
        settings = {"DATABASE_URL": old.url(), "DATABASE_DIRECT_URL": old.url(), "BACKUP_DIR": str(tmp_path)}
        for command in (("migrate", "--verbosity", "0"), ("backup",)):
            run = manage(database, *command, **settings)
            assert run.returncode == 0, run.stderr
        dump = Path(run.stdout.split(": ")[0])
    finally:
        old.destroy()
    database.server.admin("create database {}", f"{database.name}_newer")
    into = urlsplit(database.address())._replace(path=f"/{database.name}_newer").geturl()
    code, said = restore(database, dump, into)
    database.server.drop(f"{database.name}_newer")
    assert (code, GREEN in said) == (0, True), said
