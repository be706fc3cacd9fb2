"""Restores a backup into a server of its own, and says whether it is the database that was backed up."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from aira.embedded import Cluster, EmbeddedError
from aira.ops.backup import BackupError, dump, programs
from aira.ops.backup.state import State


@dataclass
class Outcome:
    """restored_in: seconds to a database that answers (RTO); lost: seconds of work that are not in it (RPO)."""

    backup: str
    restored_in: float = 0
    lost: float = 0
    tables: int = 0
    rows: int = 0
    problems: list[str] = field(default_factory=list)


def drill(path: Path) -> Outcome:
    """Never raises for a bad backup: what is wrong is in `problems`."""
    outcome = Outcome(path.name)
    try:
        manifest = dump.verify(path)
        outcome.lost = manifest.age
        with scratch(manifest.server) as cluster:
            began = time.monotonic()
            connection = restored(cluster, path, server=manifest.server, roles=manifest.roles)
            outcome.restored_in = time.monotonic() - began
            with connection, connection.transaction(), connection.cursor() as cursor:
                state = State.of(cursor)
        outcome.tables, outcome.rows = len(state.rows), sum(state.rows.values())
        outcome.problems += manifest.state.missing_in(state)
    except (BackupError, EmbeddedError, psycopg.Error) as error:
        outcome.problems.append(str(error).strip())
    return outcome


@contextmanager
def scratch(server: int) -> Iterator[Cluster]:
    """A server that nobody knows, of that version; gone afterwards, with its data."""
    with place(server) as cluster:
        cluster.start()
        yield cluster


@contextmanager
def place(server: int) -> Iterator[Cluster]:
    """Where such a server can be made; gone afterwards, with what runs and lies there."""
    located = Cluster.locate("drill", programs.find("postgres", server).parent)
    located.home.mkdir(parents=True, exist_ok=True)
    remove_abandoned(located)
    home = Path(tempfile.mkdtemp(prefix=f"drill-{os.getpid()}-", dir=located.home))
    home.chmod(0o755)
    cluster = Cluster("drill", located.source, home)
    try:
        yield cluster
    finally:
        cluster.destroy()
        shutil.rmtree(home, ignore_errors=True)


def remove_abandoned(located: Cluster) -> None:
    """Servers of drills that were killed: each still runs, with everything in it."""
    for home in located.home.glob("drill-*-*"):
        pid = home.name.split("-")[1]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            for folder in home.glob("drill-*/"):
                # Of whichever version it was.
                located.kill_server(folder)
            shutil.rmtree(home, ignore_errors=True)


def restored(cluster: Cluster, path: Path, *options: str, server: int, roles: list[str]) -> psycopg.Connection[Any]:
    """options: more of pg_restore's."""
    with psycopg.connect(cluster.url(database="postgres"), autocommit=True) as connection:
        known = {name for (name,) in connection.execute("select rolname from pg_roles")}
        for role in set(roles) - known:
            connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))
        available = {name for (name,) in connection.execute("select name from pg_available_extensions")}
    restore = programs.find("pg_restore", server)
    contents = programs.run(restore, "--list", path)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.writelines(line + "\n" for line in contents.splitlines() if not lacking(line, available))
        wanted.flush()
        programs.run(
            restore, *options, "--exit-on-error", "--jobs=2", f"--use-list={wanted.name}", "--no-password",
            f"--dbname=postgres://postgres@127.0.0.1:{cluster.recorded_port(cluster.folder)}/aira", path,
            environment={"PGPASSWORD": cluster.secrets["postgres"]},
        )  # fmt: skip
    return psycopg.connect(cluster.url())


def lacking(line: str, available: set[str]) -> bool:
    """Whether a line of pg_restore's list makes, or comments on, an extension that this server has not got."""
    words = line.split()
    for position, word in enumerate(words):
        if word == "EXTENSION":
            name = words[position + 2] if words[position + 1] == "-" else words[position + 1]
            return name not in available
    return False
