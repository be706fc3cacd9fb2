"""Measure what the figures of the page Performance cost: CPU time of the worker and of the server, as a share of a core.

pg_stat_statements is full (5,000 statements), and 500 of them run between two snapshots. A snapshot opens its connection
anew, as in the worker; the figure is the median of 7 rounds. The cost of a look for lock waits includes the job queue:
it is that of 200 jobs less that of an empty run, divided by 200.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from aira.embedded import PROJECT
from tests.bench.cpu import Cpu
from tests.bench.figures import Row, at_most
from tests.command import deployed
from tests.database import Database

ROUNDS = 7
COLUMNS = 80
STATEMENTS = 5_000
BETWEEN = 500
JOBS = 200
# In seconds.
QUARTER, MINUTE = 900, 60
# Percent of a core.
LIMIT = 0.5


def measure(database: Database) -> Iterator[Row]:
    database.owner(f"alter role console login password '{database.server.password}'")
    os.environ |= {"DATABASE_URL": database.address("console"), "DATABASE_DIRECT_URL": database.address()}
    os.environ["DJANGO_SETTINGS_MODULE"] = "aira.settings"
    import django

    django.setup()
    from procrastinate.contrib.django import app

    snapshot = snapshot_costs(database)
    yield Row("a snapshot of 5,000 statements, 500 of them used", f"{snapshot * 1000:.0f} ms")
    empty = worker_costs(database)
    for number in range(JOBS):
        app.configure_task("ops.lock_waits", queueing_lock=f"bench {number}").defer(timestamp=0)
    look = max(worker_costs(database) - empty, 0) / JOBS
    yield Row("a look for lock waits", f"{look * 1000:.1f} ms")
    share = 100 * ((snapshot + look) / QUARTER + look / MINUTE)
    yield at_most(LIMIT, " % of a core", "both, as the worker runs them", f"{share:.2f} %", share)


def snapshot_costs(database: Database) -> float:
    """Return the CPU time of a snapshot in seconds."""
    from django.db import connections

    from aira.ops.statistics import snapshot

    columns = [f"c{number}" for number in range(COLUMNS)]
    database.owner(f"create table private.wide ({', '.join(f'{name} int' for name in columns)})")

    def statements(count: int) -> None:
        for number in range(count):
            database.owner(f"select {columns[number // COLUMNS]}, {columns[number % COLUMNS]} from private.wide")

    statements(STATEMENTS)
    snapshot.take()
    found = []
    for _ in range(ROUNDS):
        statements(BETWEEN)
        connections["direct"].close()
        began = time.process_time()
        snapshot.take()
        client = time.process_time() - began
        found.append(client + Cpu(connections["direct"].connection).so_far() / 1e9)
    return statistics.median(found)


def worker_costs(database: Database) -> float:
    """Return the CPU time of a worker that runs the waiting jobs, and of its connections, in seconds."""
    before = children() + ended_backends(database)
    command = [sys.executable, "manage.py", "worker", "--once", "--only", "jobs"]
    subprocess.run(command, cwd=PROJECT, env=deployed(database), check=True, capture_output=True)
    time.sleep(1)
    return children() + ended_backends(database) - before


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ended_backends(database: Database) -> float:
    """Return the CPU time of all connections that have ended: the kernel adds it to the server's main process."""
    [backend] = database.owner("select pg_backend_pid()").fetchone()
    main = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1]
    ended = Path(f"/proc/{main}/stat").read_text().rpartition(")")[2].split()[13:15]
    return sum(map(int, ended)) / os.sysconf("SC_CLK_TCK")
