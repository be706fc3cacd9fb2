"""Restore a backup into a separate server and compare it with the database at the time of the backup."""

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
from django.conf import settings
from django.db import connections
from psycopg import sql

from aira.embedded import Cluster, EmbeddedError
from aira.ops.backup import BackupError, dump, programs, proof

FIRST_MIGRATION = settings.BASE_DIR / "aira/schema/migrations/0001_roles_and_schemas.sql"

# Rights of tables that Django makes later. pg_dump writes them for the role that owned the old database.
DEFAULTS = (
    "alter default privileges in schema console grant select, insert, update, delete on tables to console",
    "alter default privileges in schema console grant usage, select on sequences to console",
)


@dataclass
class Outcome:
    """Outcome of a drill.

    Attributes:
        restored_in: seconds until the restored database answered (RTO).
        lost: seconds of work that the backup lacks (RPO).
    """

    backup: str
    restored_in: float = 0
    lost: float = 0
    tables: int = 0
    rows: int = 0
    problems: list[str] = field(default_factory=list)


def drill(path: Path) -> Outcome:
    """Restore a dump. A bad backup does not raise: `problems` describes it."""
    outcome = Outcome(path.name)
    try:
        manifest = dump.verify(path)
        outcome.lost = manifest.age
        with scratch(manifest.server) as cluster:
            began = time.monotonic()
            connection = restored(cluster, path, server=manifest.server, roles=manifest.roles)
            outcome.restored_in = time.monotonic() - began
            connection.close()
            alias = proof.connected(cluster.url())
            try:
                state, outcome.problems = proof.problems(alias, manifest.state)
            finally:
                connections[alias].close()
        outcome.tables, outcome.rows = len(state.rows), sum(state.rows.values())
    except (BackupError, EmbeddedError, psycopg.Error) as error:
        outcome.problems.append(str(error).strip())
    return outcome


@contextmanager
def scratch(server: int) -> Iterator[Cluster]:
    """Start a separate server of this version. It is removed afterwards with its data."""
    with place(server) as cluster:
        cluster.start()
        yield cluster


@contextmanager
def place(server: int) -> Iterator[Cluster]:
    """Prepare a separate server. Its process and data are removed afterwards."""
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
    """Remove servers of killed drills, which still run with all data."""
    for home in located.home.glob("drill-*-*"):
        pid = home.name.split("-")[1]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            for folder in home.glob("drill-*/"):
                # Any version may be installed there.
                located.kill_server(folder)
            shutil.rmtree(home, ignore_errors=True)


def roles_block() -> str:
    """Return the statement of the first migration that makes AiRa's roles, with their rights and settings."""
    block, end, _ = FIRST_MIGRATION.read_text(encoding="utf-8").partition("end $$;")
    return block + end


def restored(cluster: Cluster, path: Path, *options: str, server: int, roles: list[str]) -> psycopg.Connection[Any]:
    """Restore a dump and connect to the database.

    Args:
        options: further options of pg_restore.
    """
    with psycopg.connect(cluster.url(database="postgres"), autocommit=True) as connection:
        connection.execute(roles_block())
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
            restore, *options, "--exit-on-error", "--no-owner", "--jobs=2",
            f"--use-list={wanted.name}", "--no-password",
            f"--dbname=postgres://postgres@127.0.0.1:{cluster.recorded_port(cluster.folder)}/aira", path,
            environment={"PGPASSWORD": cluster.secrets["postgres"]},
        )  # fmt: skip
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        for statement in DEFAULTS:
            connection.execute(statement)
    return psycopg.connect(cluster.url())


def lacking(line: str, available: set[str]) -> bool:
    """Tell whether a line of pg_restore's list concerns an extension that this server lacks."""
    words = line.split()
    for position, word in enumerate(words):
        if word == "EXTENSION":
            name = words[position + 2] if words[position + 1] == "-" else words[position + 1]
            return name not in available
    return False
