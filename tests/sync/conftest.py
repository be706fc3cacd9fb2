"""Provide clients with keys, and a site of its own for the consumer, which compares all rows."""

import os
from collections.abc import Iterator

import pytest

from tests.api.conftest import with_key as with_key
from tests.api.running import Running
from tests.database import Database, Server


@pytest.fixture(scope="module")
def site(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start a site whose database no other test changes."""
    name = f"{template}_sync_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.clone(template, name)
    with (tmp_path_factory.mktemp("sync") / "server.log").open("w+b") as log:
        site = Running.start(Database(server, name), log)
        yield site
        site.stop()
