"""Make backups with pgBackRest, for a server of one's own: full or incremental, encrypted, with continuous archiving.

pgBackRest is configured by PGBACKREST_… in the environment or by its own file, which the server's archive_command needs
as well. The state of the database at the start of a backup is stored in BACKUP_DIR, like the manifests of dumps.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from aira.ops.atomic_files import settle
from aira.ops.backup import BackupError, dump, programs, server_user
from aira.ops.backup.state import State

UNKNOWN_VERSION = "is this version of PostgreSQL supported"


@dataclass(frozen=True)
class Manifest:
    """Description of a backup.

    Attributes:
        taken_at: the time of the state, before the backup began.
        superuser: the role that a restored server admits.
        sha256: of pgBackRest's own manifest.
    """

    stanza: str
    label: str
    taken_at: str
    server: int
    superuser: str
    database: str
    size: int
    sha256: str
    state: State

    @property
    def name(self) -> str:
        """Name of the backup: stanza/label."""
        return f"{self.stanza}/{self.label}"


@dataclass(frozen=True)
class Server:
    """Facts about the server that is backed up."""

    version: int
    superusers: list[str]
    data: str
    port: str
    sockets: str
    archive_mode: str
    archive_command: str
    superuser: str
    database: str

    @classmethod
    def asked(cls) -> "Server":
        """Read the facts from the database."""
        with connections["direct"].cursor() as cursor:
            # The data directory is hidden from an owner who is not a superuser. Then pgBackRest's own settings must
            # name it.
            cursor.execute(
                "select max(setting) filter (where name = 'server_version_num')::int / 10000, "
                "max(setting) filter (where name = 'data_directory'), max(setting) filter (where name = 'port'), "
                "max(setting) filter (where name = 'unix_socket_directories'), "
                "max(setting) filter (where name = 'archive_mode'), "
                "max(setting) filter (where name = 'archive_command'), "
                "(select rolname from pg_catalog.pg_roles where oid = 10), pg_catalog.current_database(), "
                "(select pg_catalog.array_agg(rolname::text) from pg_catalog.pg_roles where rolsuper and rolcanlogin) "
                "from pg_catalog.pg_settings"
            )
            version, *texts, superusers = cursor.fetchone()
            return cls(version, superusers or [], *(text or "" for text in texts))

    def environment(self) -> dict[str, str]:
        """Return the location of the server, to which pgBackRest connects through the socket, and the role."""
        found = {
            "PGBACKREST_PG1_PATH": self.data,
            "PGBACKREST_PG1_PORT": self.port,
            "PGBACKREST_PG1_SOCKET_PATH": self.sockets.split(",")[0].strip(),
            "PGBACKREST_PG1_USER": server_user.role_of(self.data, self.superusers, self.superuser),
        }
        return {name: value for name, value in found.items() if value}

    def must_archive(self) -> None:
        """Refuse a server that does not archive to pgBackRest."""
        if self.archive_mode == "off" or "pgbackrest" not in self.archive_command:
            is_now = f"archive_mode is {self.archive_mode}, archive_command is '{self.archive_command}'"
            raise BackupError(
                f"The server does not archive to pgBackRest ({is_now}). Set archive_mode = on and archive_command = "
                f"'pgbackrest --stanza={stanza()} archive-push %p' in postgresql.conf, restart it, and try again."
            )


def stanza() -> str:
    """Return the name of the stanza."""
    if not (name := os.environ.get("PGBACKREST_STANZA", "").strip()):
        raise BackupError("PGBACKREST_STANZA is not set. docs/OPERATIONS.md explains how to set up pgBackRest.")
    return name


def environment(**more: str) -> dict[str, str]:
    """Return PATH and pgBackRest's own variables without other secrets. Empty variables are left out."""
    own = {name: value for name, value in os.environ.items() if name.startswith("PGBACKREST_") and value.strip()}
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", **own, **more}


def pgbackrest(*arguments: str | Path, **more: str) -> str:
    """Run pgBackRest and return its output."""
    program = shutil.which("pgbackrest")
    if program is None:
        raise BackupError("pgbackrest is not installed. Install it (Debian: apt-get install pgbackrest).")
    return programs.run(
        program, *arguments, "--log-level-console=off", "--log-level-stderr=warn",
        environment=environment(**more), only=True, user=server_user.user_of(more.get("PGBACKREST_PG1_PATH", "")),
    )  # fmt: skip


def back_up(kind: str) -> Manifest:
    """Make a backup.

    Raises BackupError.

    Args:
        kind: full or incr. The first backup is always full.
    """
    stanza()
    with dump.one_at_a_time():
        server = Server.asked()
        prepare(server)
        taken_at, state = state_now()
        before = {one["label"] for one in backups()}
        pgbackrest(f"--type={kind}", "--start-fast", "backup", **server.environment())
        made = [one for one in backups() if one["label"] not in before]
        if not made:
            raise BackupError("pgBackRest reported a backup but lists none. Check its log.")
        manifest = Manifest(
            stanza=stanza(),
            label=made[-1]["label"],
            taken_at=taken_at,
            server=server.version,
            superuser=server.superuser,
            database=server.database,
            size=made[-1]["info"]["repository"]["delta"],
            sha256=sha256_of(made[-1]["label"]),
            state=state,
        )
        verify()
        keep(manifest)
        return manifest


def prepare(server: Server) -> None:
    """Check that the version is supported, the repository is encrypted, and archiving works."""
    try:
        pgbackrest("stanza-create", **server.environment())
    except BackupError as error:
        if UNKNOWN_VERSION in str(error):
            raise BackupError(
                f"{version()} does not support PostgreSQL {server.version}. Install a newer pgBackRest "
                "from apt.postgresql.org, or use the other driver: manage.py backup --driver pg_dump."
            ) from None
        raise
    if (cipher := info().get("cipher")) != "aes-256-cbc":
        raise BackupError(
            f"The repository is not encrypted (cipher: {cipher}). Set PGBACKREST_REPO1_CIPHER_TYPE=aes-256-cbc and "
            "PGBACKREST_REPO1_CIPHER_PASS, and start a new repository."
        )
    server.must_archive()
    pgbackrest("check", **server.environment())


def version() -> str:
    """Return the version of pgBackRest."""
    return programs.run("pgbackrest", "version").strip()


def state_now() -> tuple[str, State]:
    """Return the time and the state before the backup. A restored database has this state or a later one."""
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("select now()")
        [taken_at] = cursor.fetchone()
        return taken_at.astimezone(UTC).isoformat(), State.of(cursor)


def info() -> dict[str, Any]:
    """Return the repository's information on the stanza."""
    found = json.loads(pgbackrest("info", "--output=json"))
    return next((dict(one) for one in found if one["name"] == stanza()), {})


def backups() -> list[dict[str, Any]]:
    """Return the backups, the oldest first."""
    return list(info().get("backup", []))


def sha256_of(label: str) -> str:
    """Return the hash of pgBackRest's own manifest, which names each file with its checksum."""
    text = pgbackrest("repo-get", f"backup/{stanza()}/{label}/backup.manifest")
    return hashlib.sha256(text.encode()).hexdigest()


def verify() -> None:
    """Read every file of the repository. Raises BackupError."""
    output = pgbackrest("verify", "--output=text", "--verbose")
    if "status: ok" not in output:
        wrong = [line.strip() for line in output.splitlines() if "invalid" in line or "status" in line][:3]
        raise BackupError(
            f"The repository was changed since it was written: {' / '.join(wrong) or output.strip()}. "
            "Use a copy of it, or make a new full backup."
        )


def path_of(label: str) -> Path:
    """Return the path of a manifest."""
    return dump.directory() / f"pgbackrest_{stanza()}_{label}.json"


def keep(manifest: Manifest) -> None:
    """Store a manifest."""
    path = path_of(manifest.label)
    partial = path.with_name(f".{path.name}.unfinished")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    settle(partial, path)


def manifest_of(label: str) -> Manifest:
    """Return the manifest of a backup."""
    path = path_of(label)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{**found, "state": State(**found["state"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(
            f"{path} can't be read ({error}), so the expected state of {label} is unknown. Use another backup."
        ) from None


def checked(label: str) -> Manifest:
    """Return the manifest if pgBackRest's own manifest has the recorded hash. Raises BackupError."""
    manifest = manifest_of(label)
    if sha256_of(label) != manifest.sha256:
        raise BackupError(f"pgBackRest's manifest of {label} was changed since it was written. Use another backup.")
    return manifest


def before(moment: datetime | None) -> str:
    """Return the label of the newest backup that was complete at this time, or of the newest one."""
    found = [one for one in backups() if moment is None or one["timestamp"]["stop"] <= moment.timestamp()]
    if not found:
        raise BackupError(
            f"The repository holds no backup of {stanza()}{f' from before {moment.isoformat()}' if moment else ''}. "
            "Make one with manage.py backup --driver pgbackrest."
        )
    return str(found[-1]["label"])


def prune() -> Iterator[str]:
    """Remove the manifests of backups that the retention removed. Yield their names."""
    there = {path_of(one["label"]) for one in backups()}
    for path in sorted(dump.directory().glob(f"pgbackrest_{stanza()}_*.json")):
        if path not in there:
            path.unlink()
            yield path.name
