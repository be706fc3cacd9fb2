"""Create, start and stop one embedded server."""

import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from aira.embedded.binaries import copied, has_statement_statistics, version_of
from aira.embedded.locations import (
    MEMORY,
    EmbeddedError,
    data_home,
    free_port,
    make_folder,
    make_log,
    memory_home,
    port_is_free,
    reachable,
    socket_folder,
    unprivileged_user,
    wheel_binaries,
)
from aira.embedded.server_settings import settings_of

START_SECONDS = 60


@dataclass(frozen=True)
class Cluster:
    """Server with its data, in a folder of its own.

    Attributes:
        source: the bin directory of a PostgreSQL installation, 15 or newer.
        durable: whether its data survives a crash of the machine. Tests don't need this, and use a cluster in memory.
        run_by: the user who runs the server, if this process is root. None: postgres, or nobody.
    """

    name: str
    source: Path
    home: Path
    durable: bool = True
    run_by: pwd.struct_passwd | None = None

    @classmethod
    def locate(cls, name: str = "run", bindir: Path | str | None = None, *, durable: bool = True) -> "Cluster":
        """Return the cluster of this name, whether it exists or not."""
        source = Path(bindir or os.environ.get("AIRA_PG_BIN") or wheel_binaries()).resolve()
        if not (source / "postgres").exists():
            raise EmbeddedError(f"{source} holds no PostgreSQL. Name the bin directory of an installation.")
        if memory := memory_home():
            cluster = cls(name, source, memory, durable)
            # A cluster in memory is found there regardless of `durable`.
            if not durable or cluster.folder.exists():
                return cluster
        return cls(name, source, data_home(), durable)

    @cached_property
    def major(self) -> int:
        """Major version of PostgreSQL."""
        return version_of(self.source)

    @property
    def folder(self) -> Path:
        """Folder of the cluster."""
        return self.home / f"{self.name}-{self.major}"

    @property
    def data(self) -> Path:
        """Data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Log of the server."""
        return self.folder / "server.log"

    @cached_property
    def user(self) -> pwd.struct_passwd | None:
        """User who runs the server, or None for the current user."""
        return self.run_by or unprivileged_user()

    @cached_property
    def bindir(self) -> Path:
        """Folder from which the server's user can run the binaries: the original one, or a copy beside the data."""
        if self.user is None or reachable(self.source, self.user):
            return self.source
        # Memory may be mounted noexec, so programs are never run from there.
        home = data_home() if self.home.is_relative_to(MEMORY) else self.home
        return copied(self.source, home, self.major)

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Passwords of the roles postgres, console and authenticator, and Django's secret key."""
        return dict(json.loads((self.folder / "secrets.json").read_text()))

    def run(
        self, program: str, *args: str | Path, environment: dict[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the server as the server's user."""
        if self.user:
            options |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.run(
            [self.bindir / program, *args],
            text=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **(environment or {})},
            **options,
        )

    @property
    def in_public_folder(self) -> bool:
        """True if the folder is in a place that other users can write to."""
        return self.home.is_relative_to("/var/tmp") or self.home.is_relative_to(MEMORY)  # noqa: S108

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time prepare, start or stop the cluster."""
        try:
            make_folder(self.home, 0o755)
            lock = (self.home / f"{self.folder.name}.lock").open("w")
        except OSError as error:
            raise EmbeddedError(
                f"{self.home} can't be written ({error.strerror}). Set AIRA_DATA_HOME to a folder that you can write."
            ) from error
        if self.in_public_folder and self.home.stat().st_uid != os.geteuid():
            raise EmbeddedError(f"{self.home} belongs to another user. Set AIRA_DATA_HOME to a folder of your own.")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        """Start the server, and create the cluster if necessary. A running server is left as it is."""
        with self.locked():
            try:
                if not self.folder.exists():
                    self.initialise()
                if not self.running():
                    self.start_server(self.folder)
            except OSError as error:
                raise EmbeddedError(
                    f"{error.filename or self.home}: {error.strerror}. Free some space or set AIRA_DATA_HOME."
                ) from error

    def initialise(self) -> None:
        """Create the cluster under another name and rename it when it is complete. No incomplete one is found."""
        for leftover in self.home.glob(f"new-{self.folder.name}-*"):
            self.kill_server(leftover)
            shutil.rmtree(leftover)
        folder = Path(tempfile.mkdtemp(prefix=f"new-{self.folder.name}-", dir=self.home))
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        passwords = {name: secrets.token_urlsafe(32) for name in ("postgres", "console", "authenticator", "secret_key")}
        vault = folder / "secrets.json"
        vault.touch(mode=0o600)
        vault.write_text(json.dumps(passwords))
        with tempfile.NamedTemporaryFile("w", dir=folder) as password_file:
            password_file.write(passwords["postgres"])
            password_file.flush()
            if self.user:
                os.chown(password_file.name, self.user.pw_uid, self.user.pw_gid)
            made = self.run(
                "initdb",
                *("--pgdata", folder / "data", "--username", "postgres", "--pwfile", password_file.name),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"),
                capture_output=True,
            )
        if made.returncode:
            output = made.stderr.strip() or "no output"
            raise EmbeddedError(f"initdb failed ({made.returncode}): {output}")
        self.start_server(folder)
        port = self.recorded_port(folder)
        with psycopg.connect(
            host="127.0.0.1",
            port=port,
            user="postgres",
            password=passwords["postgres"],
            dbname="postgres",
            autocommit=True,
        ) as connection:
            if not self.durable:
                # Store the password again with the server's own cost, since initdb does not know the settings.
                connection.execute(
                    sql.SQL("alter role postgres password {}").format(sql.Literal(passwords["postgres"]))
                )
            for role, attributes in (("console", ""), ("authenticator", "noinherit")):
                connection.execute(
                    sql.SQL("create role {} login {} password {}").format(
                        sql.Identifier(role), sql.SQL(attributes), sql.Literal(passwords[role])
                    )
                )
            connection.execute("create database aira")
        self.stop_server(folder, "fast")
        folder.rename(self.folder)

    def socket_folder(self, folder: Path) -> Path:
        """Return the socket's folder. Mode 0700 admits the server's user only."""
        return socket_folder(folder, self.user)

    def configure(self, folder: Path, **more: str) -> Path:
        """Write the settings of the server, with `more` on top. Return its log."""
        remembered = folder / "port"
        port = int(remembered.read_text()) if remembered.exists() else free_port()
        if not port_is_free(port):
            port = free_port()
        remembered.write_text(str(port))
        settings = settings_of(self.major, durable=self.durable) | {
            "port": str(port),
            "unix_socket_directories": str(self.socket_folder(folder)),
            **more,
        }
        if has_statement_statistics(self.source, self.bindir):
            settings["shared_preload_libraries"] = "pg_stat_statements"
        (folder / "data" / "aira.conf").write_text("".join(f"{key} = '{value}'\n" for key, value in settings.items()))
        main = folder / "data" / "postgresql.conf"
        if "include 'aira.conf'" not in main.read_text():
            with main.open("a") as conf:
                conf.write("\ninclude 'aira.conf'\n")
        (folder / "data" / "aira.conf").chmod(0o644)
        return make_log(folder, self.user)

    def start_server(self, folder: Path) -> None:
        """Start the server. Raises EmbeddedError if it does not start."""
        log = self.configure(folder)
        # pg_ctl makes the server a daemon with its own session, which survives its starter. Children of a killed server
        # hold its shared memory for a moment, hence the further attempts.
        for attempt in range(3):
            started = self.run(
                "pg_ctl", "start", "-D", folder / "data", "-l", log, "-w", "-t", str(START_SECONDS), "-s",
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            if started.returncode == 0:
                return
            time.sleep(1 + attempt)
        last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["the log is empty"]
        raise EmbeddedError(f"PostgreSQL did not start ({last[0]}). See {log}.")

    def stop_server(self, folder: Path, mode: str) -> None:
        """Stop the server of a folder."""
        self.run("pg_ctl", "stop", "-D", folder / "data", "-m", mode, "-w", "-s", capture_output=True)

    def kill_server(self, folder: Path) -> None:
        """Kill the server of a folder if it runs."""
        if (folder / "data" / "postmaster.pid").exists():
            self.stop_server(folder, "immediate")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server."""
        with self.locked():
            if self.folder.exists():
                self.stop_server(self.folder, mode)

    def destroy(self) -> None:
        """Stop the server and remove its data."""
        with self.locked():
            if self.folder.exists():
                self.kill_server(self.folder)
                shutil.rmtree(self.folder)

    @staticmethod
    def recorded_port(folder: Path) -> int:
        """Return the port of a cluster's server."""
        return int((folder / "port").read_text())

    def running(self) -> bool:
        """Tell whether this cluster's own server accepts connections, by its password."""
        if not (self.data / "postmaster.pid").exists():
            return False
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url(database="postgres"), connect_timeout=5).close()
            return True
        return False

    def url(self, role: str = "postgres", database: str = "aira") -> str:
        """Return the address for a role."""
        return f"postgres://{role}:{quote(self.secrets[role])}@127.0.0.1:{self.recorded_port(self.folder)}/{database}"

    def environment(self) -> dict[str, str]:
        """Return the environment for the project's settings: the site's role, the owner and a constant secret key."""
        return {
            "DATABASE_URL": self.url("console"),
            "DATABASE_DIRECT_URL": self.url("postgres"),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self.secrets["secret_key"],
            # Put psql and pg_dump of the server's own version first.
            "PATH": f"{self.bindir}{os.pathsep}{os.environ['PATH']}",
        }
