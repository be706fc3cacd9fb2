"""What a reader of the documents has: the demo's database, and a checkout."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.command import manage
from tests.database import Database, Server
from tests.docs.checkout import checkout
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
    yield Reader(database, checkout(tmp_path / "checkout", venv=True))
    database.close()
    server.drop(database.name)
