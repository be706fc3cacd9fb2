"""Restore a backup of pgBackRest into a separate server, to its end or to a point in time, and check it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from aira.embedded import Cluster, EmbeddedError, make_folder
from aira.ops.backup import BackupError, drill, pgbackrest, server_user
from aira.ops.backup.pgbackrest import Manifest
from aira.ops.backup.restore import Outcome
from aira.ops.backup.state import State


def recover(to: datetime | None) -> Outcome:
    """Restore a backup. A bad backup does not raise: `problems` describes it."""
    label = pgbackrest.before(to)
    outcome = Outcome(f"{pgbackrest.stanza()}/{label}")
    now = time.time()
    try:
        manifest = pgbackrest.checked(label)
        pgbackrest.verify()
        began = time.monotonic()
        with recovered(manifest, to) as connection:
            outcome.restored_in = time.monotonic() - began
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute("select extract(epoch from pg_catalog.pg_last_xact_replay_timestamp())::float8")
                [last] = cursor.fetchone() or [None]
                state = State.of(cursor)
        outcome.lost = max(0, now - (last or datetime.fromisoformat(manifest.taken_at).timestamp()))
        outcome.tables, outcome.rows = len(state.rows), sum(state.rows.values())
        outcome.problems += manifest.state.missing_in(state, later=True)
    except (BackupError, EmbeddedError, psycopg.Error) as error:
        outcome.problems.append(str(error).strip())
    return outcome


@contextmanager
def recovered(manifest: Manifest, to: datetime | None) -> Iterator[psycopg.Connection[Any]]:
    """Provide the database as it was at this time."""
    # The repository belongs to the user who runs the original, so the drill's server runs as this user, too.
    with drill.place(manifest.server, server_user.user_of()) as cluster:
        if cluster.major != manifest.server:
            raise BackupError(
                f"{manifest.name} needs PostgreSQL {manifest.server}, since no other version can read it. "
                f"Install postgresql-{manifest.server} on this machine."
            )
        restore(cluster, manifest, to)
        with served(cluster, manifest) as connection:
            yield connection


def restore(cluster: Cluster, manifest: Manifest, to: datetime | None) -> None:
    """Restore the files."""
    make_folder(cluster.folder, 0o700, cluster.user)
    make_folder(cluster.data, 0o700, cluster.user)
    target = ["--type=default"]
    if to:
        target = ["--type=time", f"--target={to.isoformat(sep=' ')}", "--target-action=promote"]
    pgbackrest.pgbackrest(
        *target, f"--set={manifest.label}", "--archive-mode=off", f"--tablespace-map-all={cluster.folder}/tablespaces",
        "restore",
        **surroundings(cluster),
    )  # fmt: skip


def surroundings(cluster: Cluster) -> dict[str, str]:
    """Return settings that keep the drill apart from the origin, which may run on the same machine."""
    return {
        "PGBACKREST_PG1_PATH": str(cluster.data),
        "PGBACKREST_LOCK_PATH": str(cluster.folder / "locks"),
        "PGBACKREST_LOG_LEVEL_FILE": "off",
    }


@contextmanager
def served(cluster: Cluster, manifest: Manifest) -> Iterator[psycopg.Connection[Any]]:
    """Start the server without the origin's settings and passwords, and wait until it has replayed everything."""
    own(cluster.data)
    log = cluster.configure(
        cluster.folder,
        listen_addresses="",
        archive_mode="off",
        # A standby that answers queries during the replay needs at least the origin's max_connections.
        hot_standby="off",
    )
    # restore_command is pgBackRest, which inherits its settings from the server. It ends by itself.
    cluster.run(
        "pg_ctl", "start", "-D", cluster.data, "-l", log, "-W", "-s",
        environment=pgbackrest.environment(**surroundings(cluster)),
    )  # fmt: skip
    with answered(cluster, log, manifest) as connection:
        yield connection


def own(data: Path) -> None:
    """Replace the restored settings, which would listen, log and archive like the origin's.

    Keep only the recovery's.
    """
    recovery = [
        line
        for line in (data / "postgresql.auto.conf").read_text().splitlines(keepends=True)
        if line.startswith(("restore_command", "recovery_target"))
    ]
    for name, text in (
        ("postgresql.auto.conf", "".join(recovery)),
        ("postgresql.conf", ""),
        # This admits everybody who can open the socket, in a folder of mode 0700.
        ("pg_hba.conf", "local all all trust\n"),
        ("pg_ident.conf", ""),
    ):
        path = data / name
        path.write_text(text)
        owner = data.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def answered(cluster: Cluster, log: Path, manifest: Manifest) -> psycopg.Connection[Any]:
    """Wait for the server as long as it lives, since the replay can take hours."""
    starting = time.monotonic() + 10
    while True:
        lives = time.monotonic() < starting or alive(cluster.data / "postmaster.pid")
        try:
            return psycopg.connect(
                host=str(cluster.socket_folder(cluster.folder)),
                port=cluster.recorded_port(cluster.folder),
                user=manifest.superuser,
                dbname=manifest.database,
            )
        except psycopg.OperationalError:
            if not lives:
                raise BackupError(f"The restored server did not start: {last_words(log)}") from None
            time.sleep(0.2)


def alive(pidfile: Path) -> bool:
    """Tell whether the server's process exists."""
    try:
        return Path(f"/proc/{pidfile.read_text().split()[0]}").exists()
    except (OSError, IndexError):
        return False


def last_words(log: Path) -> str:
    """Return the last error of the log, except for refusals of our own early connections."""
    lines = log.read_text(errors="replace").splitlines()
    fatal = [line for line in lines if ("FATAL" in line or "PANIC" in line) and "the database system is" not in line]
    return (fatal or lines or ["no output"])[-1]
