"""What a reader of the documents has: the demo's database, and a checkout."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from aira.embedded import PROJECT
from tests.command import manage
from tests.database import Database, Server
from tests.docs.running import Reader


@pytest.fixture(scope="session")
def demo(server: Server, template: str) -> str:
    """A migrated database with the demo in it, made once a run."""
    name = f"{template}_demo"
    with psycopg.connect(server.owner, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(20251004)")
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            server.clone(template, f"{name}_new")
            done = manage(Database(server, f"{name}_new"), "demo")
            assert done.returncode == 0, done.stderr
            server.admin("alter database {} rename to {}", f"{name}_new", name)
    return name


@pytest.fixture
def reader(server: Server, demo: str, tmp_path: Path) -> Iterator[Reader]:
    """Somebody who follows one page literally."""
    database = Database(server, f"{demo}_{uuid4().hex[:12]}")
    server.clone(demo, database.name)
    yield Reader(database, checkout(tmp_path / "checkout"))
    database.close()
    server.drop(database.name)


def checkout(folder: Path) -> Path:
    """The files of this checkout that git has or would take, and its .venv."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, listed):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    return folder
