"""Backups by pgBackRest, for a server of one's own: full and incremental, encrypted, with every change in between.

pgBackRest is set up as it always is, by PGBACKREST_… in the environment or by its own file, which the server's
archive_command needs as well. What the database held when a backup began lies in BACKUP_DIR, as dumps' manifests do.
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

from aira.embedded import unprivileged_user
from aira.ops.atomic_files import settle
from aira.ops.backup import BackupError, dump, programs
from aira.ops.backup.state import State

UNKNOWN_VERSION = "is this version of PostgreSQL supported"


@dataclass(frozen=True)
class Manifest:
    """taken_at: of the state, before the backup began; superuser: whom a restored server lets in; sha256: of pgBackRest's manifest."""  # noqa: E501

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
        return f"{self.stanza}/{self.label}"


@dataclass(frozen=True)
class Server:
    """What pgBackRest, and a sentence about it, must know of the server that is backed up."""

    version: int
    data: str
    port: str
    sockets: str
    archive_mode: str
    archive_command: str
    superuser: str
    database: str

    @classmethod
    def asked(cls) -> "Server":
        with connections["direct"].cursor() as cursor:
            # Where the data lies is hidden from an owner who is no superuser: then pgBackRest's own settings must say.
            cursor.execute(
                "select max(setting) filter (where name = 'server_version_num')::int / 10000, "
                "max(setting) filter (where name = 'data_directory'), max(setting) filter (where name = 'port'), "
                "max(setting) filter (where name = 'unix_socket_directories'), "
                "max(setting) filter (where name = 'archive_mode'), "
                "max(setting) filter (where name = 'archive_command'), "
                "(select rolname from pg_catalog.pg_roles where oid = 10), pg_catalog.current_database() "
                "from pg_catalog.pg_settings"
            )
            version, *texts = cursor.fetchone()
            return cls(version, *(text or "" for text in texts))

    def environment(self) -> dict[str, str]:
        """Where it is: pgBackRest comes by the socket, as the user of the operating system that runs it."""
        found = {
            "PGBACKREST_PG1_PATH": self.data,
            "PGBACKREST_PG1_PORT": self.port,
            "PGBACKREST_PG1_SOCKET_PATH": self.sockets.split(",")[0].strip(),
        }
        return {name: value for name, value in found.items() if value}

    def must_archive(self) -> None:
        if self.archive_mode == "off" or "pgbackrest" not in self.archive_command:
            is_now = f"archive_mode is {self.archive_mode}, archive_command is '{self.archive_command}'"
            raise BackupError(
                f"the server does not archive to pgBackRest ({is_now}): set archive_mode = on and archive_command = "
                f"'pgbackrest --stanza={stanza()} archive-push %p' in postgresql.conf, restart it, and try again."
            )


def stanza() -> str:
    if not (name := os.environ.get("PGBACKREST_STANZA", "").strip()):
        raise BackupError("PGBACKREST_STANZA is not set: docs/OPERATIONS.md says how pgBackRest is set up.")
    return name


def environment(**more: str) -> dict[str, str]:
    """PATH and pgBackRest's own alone: the other passwords are none of its business. An empty one is not set."""
    own = {name: value for name, value in os.environ.items() if name.startswith("PGBACKREST_") and value.strip()}
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", **own, **more}


def pgbackrest(*arguments: str | Path, **more: str) -> str:
    program = shutil.which("pgbackrest")
    if program is None:
        raise BackupError("there is no pgbackrest here: install it (Debian: apt-get install pgbackrest).")
    return programs.run(
        program, *arguments, "--log-level-console=off", "--log-level-stderr=warn",
        environment=environment(**more), only=True, user=unprivileged_user(),
    )  # fmt: skip


def back_up(kind: str) -> Manifest:
    """kind: full or incr; the first one is full whatever is asked. Raises BackupError."""
    stanza()
    with dump.one_at_a_time():
        server = Server.asked()
        prepare(server)
        taken_at, state = state_now()
        before = {one["label"] for one in backups()}
        pgbackrest(f"--type={kind}", "--start-fast", "backup", **server.environment())
        made = [one for one in backups() if one["label"] not in before]
        if not made:
            raise BackupError("pgBackRest says that it made a backup, and lists none: see its log.")
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
    """That the version is known, the repository encrypted, and the archive takes what the server gives it."""
    try:
        pgbackrest("stanza-create", **server.environment())
    except BackupError as error:
        if UNKNOWN_VERSION in str(error):
            raise BackupError(
                f"{version()} does not know PostgreSQL {server.version}: install a newer pgBackRest "
                "(apt.postgresql.org has it), or take the other driver: manage.py backup --driver pg_dump."
            ) from None
        raise
    if (cipher := info().get("cipher")) != "aes-256-cbc":
        raise BackupError(
            f"the repository is not encrypted (cipher: {cipher}): set PGBACKREST_REPO1_CIPHER_TYPE=aes-256-cbc and "
            "PGBACKREST_REPO1_CIPHER_PASS, and begin a new repository."
        )
    server.must_archive()
    pgbackrest("check", **server.environment())


def version() -> str:
    return programs.run("pgbackrest", "version").strip()


def state_now() -> tuple[str, State]:
    """Before the backup begins: whatever it restores to is this or later."""
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("select now()")
        [taken_at] = cursor.fetchone()
        return taken_at.astimezone(UTC).isoformat(), State.of(cursor)


def info() -> dict[str, Any]:
    """What the repository says of the stanza."""
    found = json.loads(pgbackrest("info", "--output=json"))
    return next((dict(one) for one in found if one["name"] == stanza()), {})


def backups() -> list[dict[str, Any]]:
    """Oldest first."""
    return list(info().get("backup", []))


def sha256_of(label: str) -> str:
    """Of pgBackRest's own manifest, which names every file and its checksum."""
    text = pgbackrest("repo-get", f"backup/{stanza()}/{label}/backup.manifest")
    return hashlib.sha256(text.encode()).hexdigest()


def verify() -> None:
    """Reads every file of the repository. Raises BackupError."""
    said = pgbackrest("verify", "--output=text", "--verbose")
    if "status: ok" not in said:
        wrong = [line.strip() for line in said.splitlines() if "invalid" in line or "status" in line][:3]
        raise BackupError(f"the repository is not as it was written: {' / '.join(wrong) or said.strip()}")


def path_of(label: str) -> Path:
    return dump.directory() / f"pgbackrest_{stanza()}_{label}.json"


def keep(manifest: Manifest) -> None:
    path = path_of(manifest.label)
    partial = path.with_name(f".{path.name}.unfinished")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    settle(partial, path)


def manifest_of(label: str) -> Manifest:
    path = path_of(label)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{**found, "state": State(**found["state"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{path} can't be read ({error}): nothing says what {label} must hold.") from None


def checked(label: str) -> Manifest:
    """Its manifest, when pgBackRest's own is the one that it speaks of. Raises BackupError."""
    manifest = manifest_of(label)
    if sha256_of(label) != manifest.sha256:
        raise BackupError(f"pgBackRest's manifest of {label} is not the one that was written.")
    return manifest


def before(moment: datetime | None) -> str:
    """The label of the newest backup that was complete by then; of the newest one at all."""
    found = [one for one in backups() if moment is None or one["timestamp"]["stop"] <= moment.timestamp()]
    if not found:
        raise BackupError(
            f"there is no backup of {stanza()}{f' from before {moment.isoformat()}' if moment else ''} in the "
            "repository: make one with manage.py backup --driver pgbackrest."
        )
    return str(found[-1]["label"])


def prune() -> Iterator[str]:
    """Removes the manifests of backups that retention took; which."""
    there = {path_of(one["label"]) for one in backups()}
    for path in sorted(dump.directory().glob(f"pgbackrest_{stanza()}_*.json")):
        if path not in there:
            path.unlink()
            yield path.name
