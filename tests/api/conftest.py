"""Provide programs with API keys."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from rest_framework.test import APIClient

from aira.api import keys
from aira.api.management.commands import openapi
from tests.api.running import Running
from tests.database import Database, Server


@pytest.fixture
def with_key(db: None) -> Callable[..., APIClient]:
    """Return a client whose key has some scopes."""

    def make(*scopes: str, name: str = "tool", **given: Any) -> APIClient:
        made = keys.make(name=name, purpose="tests of the API", scopes=list(scopes), **given)
        client = APIClient(headers={"Authorization": f"Bearer {made.secret}"})
        client.key = made.key  # type: ignore[attr-defined]
        return client

    return make


@pytest.fixture(scope="session")
def generated_once() -> Iterator[None]:
    """Generate the description once for all runs of `manage.py openapi`. It takes three seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openapi, "generated", cache(openapi.generated))
        yield


@pytest.fixture(scope="session")
def running(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start one site for all tests. Each test makes its own keys and rows."""
    name = f"{template}_api_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.clone(template, name)
    with (tmp_path_factory.mktemp("api") / "server.log").open("w+b") as log:
        running = Running.start(Database(server, name), log)
        yield running
        running.stop()


@pytest.fixture(scope="session")
def everything(running: Running) -> str:
    """Return the secret of a key with all scopes."""
    return running.secret("everything")
