"""Start a site for the tests of the clients."""

import os
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from aira_client import Client
from tests.api.running import Running
from tests.database import Database, Server


@pytest.fixture(scope="package")
def running(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start one site for all tests of clients."""
    name = f"{template}_clients_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.clone(template, name)
    with (tmp_path_factory.mktemp("clients") / "server.log").open("w+b") as log:
        # Subscriptions may send to this machine.
        running = Running.start(Database(server, name), log, WEBHOOK_ALLOWED_HOSTS="127.0.0.1")
        yield running
        running.stop()


@pytest.fixture(scope="package")
def key(running: Running) -> str:
    """Return the secret of a key with all scopes."""
    return running.secret("everything")


@pytest.fixture
def newest(aira: Client, running: Running) -> UUID:
    """Create the business that the first page of the list begins with. It takes one booking at a time."""
    user = running.database.account(f"{uuid4().hex}@example.com")
    return aira.businesses.create(user=user, name="Newest", business_type="retail", timezone="UTC").id


@pytest.fixture
def aira(running: Running, key: str) -> Iterator[Client]:
    with Client(running.url, key) as client:
        yield client
