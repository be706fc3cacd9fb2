"""A worker writes a row while it lives, and only an end in order closes it."""

import signal
import time
from typing import Any

import pytest

from aira.embedded import PROJECT
from aira.version import VERSION
from tests.database import Database
from tests.worker import start_worker

ROWS = "select version, parts, stopped_at is not null, jobs_done, pid from console.worker_processes"


def wait_for(database: Database, query: str) -> Any:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if row := database.owner(query).fetchone():
            return row
        time.sleep(0.2)
    raise AssertionError(query)


@pytest.mark.parametrize(
    ("arguments", "parts"), [((), ["dispatcher", "jobs"]), (("--only", "dispatcher"), ["dispatcher"])]
)
def test_a_worker_that_is_stopped_closes_its_row(
    database: Database, arguments: tuple[str, ...], parts: list[str]
) -> None:
    with start_worker(database, *arguments) as process:
        found = wait_for(database, ROWS)
        assert (*found[:3], found[4]) == (VERSION, parts, False, process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert database.owner(ROWS).fetchone()[2], "it ended in order"


def test_a_killed_worker_leaves_its_row_open(database: Database) -> None:
    with start_worker(database) as process:
        wait_for(database, ROWS)
        process.kill()
    assert not database.owner(ROWS).fetchone()[2]


def test_pyproject_names_the_same_version() -> None:
    assert f'\nversion = "{VERSION}"\n' in (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
