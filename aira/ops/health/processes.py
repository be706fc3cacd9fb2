"""Check what SQL can't see: the processes of the worker, its periodic jobs, and the clocks of site and server."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from django.db import DatabaseError
from procrastinate.contrib.django import app

from aira.ops.health.outcomes import Outcome, Problem, ask, worst
from aira.version import VERSION

WORKERS, PERIODIC, CLOCK = "workers", "periodic_jobs", "clock"
# In seconds. A process reports every 15 seconds, so two minutes mean eight missing reports.
LATE, DEAD = 60, 120
# In seconds. JWTs and signatures of webhooks carry times.
SKEWED, WRONG = 2, 30
# In seconds. procrastinate defers a periodic job within a minute of its time.
DEFERRED_WITHIN = 600
PROCESSES = """
    select w.host || ':' || w.pid, w.version, w.parts, extract(epoch from pg_catalog.now() - w.seen_at)::float8,
           extract(epoch from w.seen_at - w.looped_at)::float8, w.stopped_at is not null
    from console.worker_processes w order by w.seen_at desc
"""
DEFERS = """
    select p.task_name::text, max(p.defer_timestamp)::bigint
    from jobs.procrastinate_periodic_defers p group by p.task_name
"""


def workers(using: str, patience: str) -> Outcome:
    """Return parts of the worker that no process runs, processes that are stuck, and those of another release.

    A database that no worker ever served is healthy: overdue jobs and deliveries have checks of their own.
    """
    base = Outcome(
        WORKERS, "Processes of the worker", "ok", "Without a worker no webhook is sent and no job runs.",
        "Start manage.py worker, or restart it after a deployment.", unit="s",
    )  # fmt: skip
    try:
        found = ask(PROCESSES, using, patience)
    except DatabaseError as error:
        return replace(base, level="unknown", note=str(error).splitlines()[0])
    problems = []
    for part in sorted({part for row in found for part in row[2]}):
        age = min(row[3] for row in found if part in row[2])
        running = [row for row in found if part in row[2] and not row[5] and row[3] < DEAD]
        if not running and age >= LATE:
            level = "critical" if age >= DEAD else "warn"
            problems.append(Problem(level, part, "no process has reported for this long", round(age)))
    for name, version, _, age, behind, stopped in found:
        if stopped or age >= DEAD:
            continue
        if behind is not None and behind >= DEAD:
            problems.append(Problem("critical", name, "the dispatcher is stuck for this long", round(behind)))
        if version != VERSION:
            problems.append(Problem("critical", name, f"runs release {version}, and this is {VERSION}"))
    return replace(base, level=worst(problem.level for problem in problems), problems=problems)


def periodic_jobs(using: str, patience: str) -> Outcome:
    """Return periodic jobs that were due while a worker should have run, and that it did not queue."""
    base = Outcome(
        PERIODIC, "Periodic jobs", "ok", "Partitions, retention, holds and backups depend on them.",
        "Check that manage.py worker runs, and read its log.", unit="min",
    )  # fmt: skip
    try:
        newest = dict(ask(DEFERS, using, patience))
        [(began,)] = ask(
            "select extract(epoch from min(started_at))::bigint from console.worker_processes", using, patience
        )
    except DatabaseError as error:
        return replace(base, level="unknown", note=str(error).splitlines()[0])
    if began is None:
        return base
    now, problems = time.time(), []
    for (name, _), task in app.periodic_registry.periodic_tasks.items():
        due = task.croniter.get_prev(ret_type=float, start_time=now - DEFERRED_WITHIN)
        if due > began and newest.get(name, 0) < due:
            problems.append(Problem("critical", name, "did not run when it was due", round((now - due) / 60)))
    return replace(base, level=worst(problem.level for problem in problems), problems=problems)


def clock(using: str, patience: str) -> Outcome:
    """Compare this machine's clock with the server's."""
    base = Outcome(
        CLOCK, "Clocks", "ok", "JWTs, signatures and deadlines compare the site's time with the server's.",
        "Run a time service, such as chrony, on both machines.", unit="s",
    )  # fmt: skip
    before = datetime.now(UTC)
    try:
        [(server,)] = ask("select pg_catalog.clock_timestamp()", using, patience)
    except DatabaseError as error:
        return replace(base, level="unknown", note=str(error).splitlines()[0])
    after = datetime.now(UTC)
    # The server read its clock between these two times.
    skew = max((before - server).total_seconds(), (server - after).total_seconds(), 0)
    if skew < SKEWED:
        return base
    level = "critical" if skew >= WRONG else "warn"
    problem = Problem(level, "this machine's clock", "differs from the server's clock", round(skew, 1))
    return replace(base, level=level, problems=[problem])
