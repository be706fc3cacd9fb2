"""Restores a backup of pgBackRest's into a server of its own, to its end or to a point in time, and judges it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from aira.embedded import Cluster, EmbeddedError, make_folder
from aira.ops.backup import BackupError, drill, pgbackrest
from aira.ops.backup.pgbackrest import Manifest
from aira.ops.backup.state import State


def recover(to: datetime | None) -> drill.Outcome:
    """Never raises for a bad backup: what is wrong is in `problems`."""
    label = pgbackrest.before(to)
    outcome = drill.Outcome(f"{pgbackrest.stanza()}/{label}")
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
    """The database as it was then, for as long as somebody looks at it."""
    with drill.place(manifest.server) as cluster:
        if cluster.major != manifest.server:
            raise BackupError(
                f"{manifest.name} is of PostgreSQL {manifest.server}, and no other version reads it: "
                f"install postgresql-{manifest.server} here."
            )
        restore(cluster, manifest, to)
        with served(cluster, manifest) as connection:
            yield connection


def restore(cluster: Cluster, manifest: Manifest, to: datetime | None) -> None:
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
    """Nothing of the origin's, where it runs on this machine as well."""
    return {
        "PGBACKREST_PG1_PATH": str(cluster.data),
        "PGBACKREST_LOCK_PATH": str(cluster.folder / "locks"),
        "PGBACKREST_LOG_LEVEL_FILE": "off",
    }


@contextmanager
def served(cluster: Cluster, manifest: Manifest) -> Iterator[psycopg.Connection[Any]]:
    """Starts it, with no setting, password or address of the origin's, and waits until all is replayed."""
    own(cluster.data)
    log = cluster.configure(
        cluster.folder,
        listen_addresses="",
        archive_mode="off",
        # Not asked anything before the end, it may have fewer connections than the origin.
        hot_standby="off",
    )
    # restore_command is pgBackRest again: it inherits what it must know from the server. It ends by itself.
    cluster.run(
        "pg_ctl", "start", "-D", cluster.data, "-l", log, "-W", "-s",
        environment=pgbackrest.environment(**surroundings(cluster)),
    )  # fmt: skip
    with answered(cluster, log, manifest) as connection:
        yield connection


def own(data: Path) -> None:
    """The restored settings would listen, log and archive like the origin's; only the recovery stays."""
    recovery = [
        line
        for line in (data / "postgresql.auto.conf").read_text().splitlines(keepends=True)
        if line.startswith(("restore_command", "recovery_target"))
    ]
    for name, text in (
        ("postgresql.auto.conf", "".join(recovery)),
        ("postgresql.conf", ""),
        # Whoever gets to the socket, in a folder of mode 0700.
        ("pg_hba.conf", "local all all trust\n"),
        ("pg_ident.conf", ""),
    ):
        path = data / name
        path.write_text(text)
        owner = data.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def answered(cluster: Cluster, log: Path, manifest: Manifest) -> psycopg.Connection[Any]:
    """Replaying may take hours: as long as the server lives, it is waited for."""
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
                raise BackupError(f"the restored server did not come up: {last_words(log)}") from None
            time.sleep(0.2)


def alive(pidfile: Path) -> bool:
    try:
        return Path(f"/proc/{pidfile.read_text().split()[0]}").exists()
    except (OSError, IndexError):
        return False


def last_words(log: Path) -> str:
    """But for those to us, who asked too early."""
    lines = log.read_text(errors="replace").splitlines()
    fatal = [line for line in lines if ("FATAL" in line or "PANIC" in line) and "the database system is" not in line]
    return (fatal or lines or ["it said nothing"])[-1]
