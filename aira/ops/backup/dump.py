"""Make backups with pg_dump for any server, including hosted Supabase: a file and its manifest.

aira_20261127T031500Z.dump has pg_dump's custom format, aira_20261127T031500Z.json is the manifest. An encrypted dump
ends with .dump.gpg. Each is complete or absent: they get their names when they are complete, read again and on disk.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from psycopg.conninfo import make_conninfo

from aira.ops.atomic_files import settle
from aira.ops.backup import BackupError, encryption, programs
from aira.ops.backup.state import State

# Schemas that Supabase manages and backs up itself.
NOT_OURS = (
    "storage", "realtime", "_realtime", "graphql", "graphql_public", "vault", "pgsodium", "net", "cron", "pgbouncer",
    "supabase_functions", "supabase_migrations", "_analytics",
)  # fmt: skip

# The parts of an address that lead to the server.
PLACE = ("host", "hostaddr", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey")


ENDS = (".dump", f".dump{encryption.SUFFIX}")


@dataclass(frozen=True)
class Manifest:
    """Description of a dump.

    Attributes:
        taken_at: the time of the snapshot, in ISO 8601.
        server: the major version of PostgreSQL.
        roles: all roles, for owners and grants.
    """

    taken_at: str
    server: int
    roles: list[str]
    size: int
    sha256: str
    state: State

    @property
    def age(self) -> float:
        """Seconds since the snapshot, which is the loss if the database were lost now."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.taken_at)).total_seconds()


def directory() -> Path:
    """Return the folder of backups."""
    if settings.BACKUP_DIR is None:
        raise BackupError("BACKUP_DIR is not set. Set it to the folder for backups.")
    return settings.BACKUP_DIR


def files() -> list[Path]:
    """Return the dumps, the oldest first."""
    return sorted(path for path in directory().glob("aira_*.dump*") if path.name.endswith(ENDS))


def newest() -> Path:
    """Return the newest dump."""
    if not (found := files()):
        raise BackupError(f"{directory()} holds no backup. Make one with manage.py backup.")
    return found[-1]


def beside(dump: Path) -> Path:
    """Return the path of a dump's manifest."""
    return dump.with_name(dump.name.removesuffix(encryption.SUFFIX)).with_suffix(".json")


def manifest_of(dump: Path) -> Manifest:
    """Return the manifest of a dump."""
    path = beside(dump)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{**found, "state": State(**found["state"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(
            f"{path} can't be read ({error}), so {dump.name} is not reliable. Use another backup."
        ) from None


def back_up() -> tuple[Path, Manifest]:
    """Dump everything from one snapshot and read it again. Raises BackupError, and then no new file exists."""
    try:
        with one_at_a_time():
            remove_unfinished()
            try:
                return make()
            except BaseException:
                remove_unfinished()
                raise
    except OSError as error:
        raise BackupError(f"{error.filename or directory()} can't be written: {error.strerror}.") from error


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Exclude other backups to this folder while the process lives.

    A second one would delete the files of the first.
    """
    directory().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(directory(), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(folder)
        raise BackupError(f"Another backup to {directory()} is running. Wait until it has finished.") from None
    try:
        yield
    finally:
        os.close(folder)


def remove_unfinished() -> None:
    """Remove the files of a failed or killed run."""
    for leftover in directory().glob(".aira_*.unfinished"):
        leftover.unlink()


def make() -> tuple[Path, Manifest]:
    """Dump everything."""
    encryption.check_recipients()
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        # pg_dump needs the snapshot until it ends.
        cursor.execute("set local idle_in_transaction_session_timeout = 0")
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("select pg_export_snapshot(), now()")
        snapshot, taken_at = cursor.fetchone()
        state = State.of(cursor)
        dump = directory() / f"aira_{taken_at.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDS[bool(encryption.recipients())]}"
        unfinished = dump.with_name(f".{dump.name}.unfinished")
        unfinished.touch(mode=0o600)
        server, roles, command, secret = dumping("direct", snapshot)
        if encryption.recipients():
            # The private key is elsewhere, so the dump is read again before it is encrypted.
            encryption.write(command, secret, unfinished, reader(server))
        else:
            programs.run(*command, f"--file={unfinished}", environment=secret)
    if not encryption.recipients():
        programs.run(*reader(server), unfinished)
    sha256, size = digest(unfinished)
    manifest = Manifest(taken_at.astimezone(UTC).isoformat(), server, roles, size, sha256, state)
    keep(unfinished, dump, manifest)
    return dump, manifest


def reader(server: int) -> list[str | Path]:
    """Return the command line that decompresses every byte of a dump and writes nothing."""
    return [programs.find("pg_restore", server), f"--file={os.devnull}"]


def write(path: Path, alias: str) -> tuple[int, list[str]]:
    """Dump a database to a file with pg_dump. Return the server's major version and its roles."""
    server, roles, command, secret = dumping(alias)
    programs.run(*command, f"--file={path}", environment=secret)
    return server, roles


def dumping(alias: str, snapshot: str | None = None) -> tuple[int, list[str], list[str | Path], dict[str, str]]:
    """Return the server's major version, its roles, the command line of pg_dump, and the password for it."""
    with connections[alias].cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int / 10000")
        (server,) = cursor.fetchone()
        cursor.execute("select nspname from pg_namespace where nspname = any(%s)", [list(NOT_OURS)])
        left_out = [name for (name,) in cursor.fetchall()]
        cursor.execute("select rolname from pg_roles where rolname !~ '^pg_' order by 1")
        roles = [name for (name,) in cursor.fetchall()]
    where, secret = address(alias)
    command: list[str | Path] = [
        programs.find("pg_dump", server), "--format=custom", *([f"--snapshot={snapshot}"] if snapshot else []),
        "--lock-wait-timeout=60s", "--no-password", *(f"--exclude-schema={name}" for name in left_out),
        f"--dbname={where}",
    ]  # fmt: skip
    return server, roles, command, secret


def keep(unfinished: Path, dump: Path, manifest: Manifest) -> None:
    """Name the files. The manifest comes first, so that no dump lacks one."""
    described = beside(dump)
    partial = described.with_name(f".{described.name}.unfinished")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    settle(partial, described)
    settle(unfinished, dump)


def prune(keep: int) -> Iterator[Path]:
    """Remove all but the newest dumps. Yield the removed ones."""
    for dump in files()[:-keep]:
        dump.unlink()
        beside(dump).unlink(missing_ok=True)
        yield dump


def verify(dump: Path) -> Manifest:
    """Compare a dump with its manifest. Raises BackupError."""
    manifest = manifest_of(dump)
    try:
        sha256, size = digest(dump)
    except OSError as error:
        raise BackupError(f"{dump} can't be read: {error.strerror}.") from None
    if (sha256, size) != (manifest.sha256, manifest.size):
        raise BackupError(f"{dump} was changed since it was written. Use an older one, and find out what changed it.")
    return manifest


def digest(path: Path) -> tuple[str, int]:
    """Return hash and size of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def address(alias: str) -> tuple[str, dict[str, str]]:
    """Return the address of a connection for PostgreSQL's programs, and its password for the environment."""
    info = connections[alias].connection.info
    # Pass only common options, since programs of an older PostgreSQL refuse unknown ones.
    parts: dict[str, Any] = {name: value for name, value in info.get_parameters().items() if name in PLACE}
    return make_conninfo("", **{**parts, "application_name": "aira backup"}), {"PGPASSWORD": info.password or ""}
