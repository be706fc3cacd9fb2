from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from aira.schema.server_version import has_table
from tests.command import manage
from tests.database import Database, Server


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("public.business_v2", True),
        ("private.service_endpoints", True),
        ("public.service_endpoints", False),
        ("nowhere.business_v2", False),
    ],
)
def test_tables_are_found_only_by_their_full_names(direct: Any, name: str, there: bool) -> None:
    assert has_table("direct", name) is there


@pytest.fixture
def empty(server: Server) -> Iterator[Database]:
    """Provide a database without migrations."""
    name = f"aira_empty_{uuid4().hex[:12]}"
    server.admin("create database {}", name)
    yield Database(server, name)
    server.drop(name)


@pytest.mark.parametrize("command", ["advise", "drift", "dbhealth", "integrity"])
def test_a_database_without_tables_of_aira_is_told_to_migrate(empty: Database, command: str) -> None:
    run = manage(empty, command)
    assert run.returncode == 1
    assert run.stderr == "CommandError: This database has none of the project's tables. Run manage.py migrate first.\n"
