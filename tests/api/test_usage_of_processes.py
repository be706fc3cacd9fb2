"""Test the counts of a running site: they reach the table, and a planned shutdown loses none."""

import time
from pathlib import Path

import pytest

from tests.api.running import Running
from tests.database import Database

COUNTED = "select coalesce(sum(requests), 0)::integer from console.key_usage where operation = 'businesses.list'"


@pytest.mark.slow
def test_each_process_stores_its_counts_in_time_and_at_its_end(database: Database, tmp_path: Path) -> None:
    with (tmp_path / "server.log").open("w+b") as log:
        running = Running.start(database, log)
        try:
            client = running.client(running.secret("tool", "businesses:read"))
            for _ in range(20):
                assert client.get("/businesses/").status_code == 200
            deadline = time.monotonic() + 30
            while database.owner(COUNTED).fetchone() != (20,):
                assert time.monotonic() < deadline, running.said()
                time.sleep(0.5)
            for _ in range(7):
                client.get("/businesses/")
            client.close()
        finally:
            running.process.terminate()
            running.process.wait(timeout=30)
        assert database.owner(COUNTED).fetchone() == (27,), running.said()
