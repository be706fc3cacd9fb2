"""Provide a reader of the pages with the demo's database and a checkout."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.command import manage
from tests.database import Database, Server
from tests.docs.checkout import checkout
from tests.docs.running import Reader


@pytest.fixture(scope="session")
def demo(server: Server, template: str) -> str:
    """Return the name of a migrated database with the demo, which is created once per run."""

    def load(name: str) -> None:
        server.clone(template, name)
        done = manage(Database(server, name), "demo")
        assert done.returncode == 0, done.stderr

    return server.once(f"{template}_demo", load)


@pytest.fixture
def reader(server: Server, demo: str, tmp_path: Path) -> Iterator[Reader]:
    """Yield a reader who follows one page literally."""
    database = Database(server, f"{demo}_{uuid4().hex[:12]}")
    server.clone(demo, database.name)
    yield Reader(database, checkout(tmp_path / "checkout", venv=True))
    database.close()
    server.drop(database.name)
