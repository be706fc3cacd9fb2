"""Adopt a copy on a separate server, and report the duration, the locks and the result."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.conf import settings

from aira.adopt import TABLES, AdoptError
from aira.adopt.decisions import Decisions
from aira.adopt.scratch_copy import copy_into
from aira.adopt.services import Calls, simulated
from aira.adopt.survey import survey
from aira.embedded import PROJECT
from aira.ops.backup import dump
from aira.ops.backup.drill import scratch

# Lock modes behind which a writer waits.
HELD = """
    select distinct n.nspname || '.' || c.relname
    from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
    where l.granted and l.mode = any(%s) and n.nspname || '.' || c.relname = any(%s)
      and l.database = (select oid from pg_database where datname = current_database())
"""
BLOCKING = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")


@dataclass
class Rehearsal:
    """Hold measurements in seconds.

    Attributes:
        locked: Maps a table to the longest time for which writers would have waited.
    """

    copied_in: float = 0
    adopted_in: float = 0
    locked: dict[str, float] = field(default_factory=dict)
    calls: Calls = field(default_factory=Calls)
    said: list[str] = field(default_factory=list)
    succeeded: bool = False

    def __str__(self) -> str:
        lines = [f"Copied in {self.copied_in:.1f} s, adopted in {self.adopted_in:.1f} s."]
        for table, seconds in sorted(self.locked.items(), key=lambda pair: -pair[1]):
            lines.append(f"  {table}: writers wait {seconds:.2f} s at most")
        for name, seconds in sorted(self.calls.longest.items(), key=lambda pair: -pair[1])[:1]:
            lines.append(
                f"The longest of {self.calls.done:,} calls of simulated services took {seconds:.2f} s: it {name}."
            )
        lines += [f"  a service that {name} was refused: {why}" for name, why in self.calls.failed.items()]
        return "\n".join([*lines, "The copy was adopted." if self.succeeded else "The copy was NOT adopted."])


def rehearse(alias: str, decisions: Decisions, say: Callable[[str], None]) -> Rehearsal:
    """Rehearse the adoption on a copy. The live database is only read.

    Rights are not rehearsed, since the copy's owner is a superuser of its server.
    """
    if not survey(alias, decisions).ready:
        raise AdoptError("Decisions are missing. Run manage.py adopt --check to list them.")
    outcome = Rehearsal()
    with tempfile.TemporaryDirectory(prefix="aira-rehearsal-") as folder:
        began = time.monotonic()
        path = Path(folder) / "live.dump"
        server, roles = dump.write(path, alias)
        with scratch(server) as cluster:
            copy_into(cluster, path, server=server, roles=roles)
            outcome.copied_in = time.monotonic() - began
            answers = Path(folder) / "decisions.json"
            answers.write_text(decisions.as_json(), encoding="utf-8")
            began = time.monotonic()
            with measured_locks(cluster.url(), outcome.locked), simulated(cluster.url()) as outcome.calls:
                outcome.succeeded = run(cluster.url(), answers, outcome.said, say)
            outcome.adopted_in = time.monotonic() - began
    return outcome


def run(url: str, answers: Path, said: list[str], say: Callable[[str], None]) -> bool:
    """Adopt the copy with the command itself, and return whether that succeeded."""
    environment = {**os.environ, "SECRET_KEY": settings.SECRET_KEY, "DATABASE_URL": url, "DATABASE_DIRECT_URL": url}
    with subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), "adopt", f"--decisions={answers}"],
        env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            said.append(line.rstrip())
            say(f"  {line.rstrip()}")
    return process.returncode == 0


@contextmanager
def measured_locks(url: str, longest: dict[str, float]) -> Iterator[None]:
    """Read the sessions that wait for a table a hundred times a second."""
    over = threading.Event()

    def look() -> None:
        since: dict[str, float] = {}
        totals: dict[str, float] = defaultdict(float)
        with psycopg.connect(url, autocommit=True) as connection:
            while not over.wait(0.01):
                found = connection.execute(
                    HELD,
                    [list(BLOCKING), [*(f"public.{table}" for table in TABLES), "auth.users"]],
                )
                held = {name for (name,) in found}
                now = time.monotonic()
                for name in held:
                    totals[name] = max(totals[name], now - since.setdefault(name, now))
                for name in since.keys() - held:
                    del since[name]
        longest.update(totals)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
