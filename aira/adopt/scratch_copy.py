"""Copy the live original into a separate server, for a rehearsal."""

import tempfile
from pathlib import Path

import psycopg

from aira.embedded import Cluster
from aira.ops.backup import programs
from aira.ops.backup.restore import make_missing_roles, roles_block


def copy_into(cluster: Cluster, path: Path, *, server: int, roles: list[str]) -> None:
    """Restore a dump of the original as it is.

    Args:
        server: the major version of the live server.
        roles: the roles of the live server, for grants.
    """
    with psycopg.connect(cluster.url(database="postgres"), autocommit=True) as connection:
        # Create the roles with their rights. Otherwise the proof would report them as changed by hand.
        connection.execute(roles_block())
        make_missing_roles(connection.cursor(), roles)
        available = {name for (name,) in connection.execute("select name from pg_available_extensions")}
    restore = programs.find("pg_restore", server)
    contents = programs.run(restore, "--list", path)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.writelines(line + "\n" for line in contents.splitlines() if not lacking(line, available))
        wanted.flush()
        programs.run(
            restore, "--no-owner", "--exit-on-error", "--jobs=2", f"--use-list={wanted.name}", "--no-password",
            f"--dbname=postgres://postgres@127.0.0.1:{cluster.recorded_port(cluster.folder)}/aira", path,
            environment={"PGPASSWORD": cluster.secrets["postgres"]},
        )  # fmt: skip


def lacking(line: str, available: set[str]) -> bool:
    """Tell whether a line of pg_restore's list concerns an extension that this server lacks."""
    words = line.split()
    for position, word in enumerate(words):
        if word == "EXTENSION":
            name = words[position + 2] if words[position + 1] == "-" else words[position + 1]
            return name not in available
    return False
