"""Measure the memory of the processes as PSS: the kernel divides shared memory by the number of its users."""

import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from aira.embedded import PROJECT
from tests.api.running import Running
from tests.bench.figures import Row
from tests.command import deployed
from tests.database import Database

REQUESTS = 400


def megabytes(*pids: int) -> list[float]:
    """Count only processes that still exist, since connections come and go."""
    found = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            found += [int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")]
    return found


def measure(database: Database) -> Iterator[Row]:
    database.owner(f"alter role console login password '{database.server.password}'")
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=PROJECT, env=deployed(database))
    time.sleep(10)
    yield Row("a worker", f"{max(megabytes(worker.pid)):.0f} MB")
    worker.terminate()
    worker.wait(60)
    with tempfile.TemporaryFile() as log:
        running = Running.start(database, log)
        try:
            client = running.client(running.secret("bench"))

            def ask() -> None:
                for _ in range(REQUESTS // 4):
                    assert client.get("/businesses/").status_code == 200
                    assert client.get("/transactions/").status_code == 200

            threads = [threading.Thread(target=ask) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split()
            site = megabytes(*map(int, children))
            yield Row(
                f"the site, each of {len(site)} processes of 4 threads, after {2 * REQUESTS} requests",
                f"{max(site):.0f} MB",
            )
            backends = database.owner(
                "select pid from pg_stat_activity where datname = current_database() and usename = 'console'"
            ).fetchall()
            server = megabytes(*(pid for (pid,) in backends))
            yield Row(f"PostgreSQL, each of their {len(server)} connections", f"{max(server):.0f} MB")
        finally:
            running.stop()
