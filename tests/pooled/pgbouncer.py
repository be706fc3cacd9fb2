"""Run PgBouncer in transaction mode in front of the test server. Install Debian's package if it is missing."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from aira.embedded import free_port, unprivileged_user
from tests.database import Database

SERVER_CONNECTIONS = 4
CONFIGURATION = """
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
logfile = {folder}/pgbouncer.log
"""


def program() -> str | None:
    named = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if named is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "pgbouncer"]):
            subprocess.run(["apt-get", "--quiet", *arguments], check=False, **quiet)  # type: ignore[call-overload]
        named = shutil.which("pgbouncer", path="/usr/sbin")
    return named


@contextmanager
def pgbouncer(found: str, database: Database, *roles: str) -> Iterator[int]:
    """Start PgBouncer for these login roles and return its port."""
    where = conninfo_to_dict(database.server.owner)
    user = unprivileged_user()
    listen = free_port()
    with tempfile.TemporaryDirectory(prefix="aira-pgbouncer-") as name:
        folder = Path(name)
        (folder / "users.txt").write_text("".join(f'"{role}" "{database.server.password}"\n' for role in roles))
        (folder / "pgbouncer.ini").write_text(
            CONFIGURATION.format(
                host=where["host"], port=where["port"], listen=listen, folder=folder, size=SERVER_CONNECTIONS
            )
        )
        if user:
            for path in (folder, *folder.iterdir()):
                os.chown(path, user.pw_uid, user.pw_gid)
        # PgBouncer refuses to run as root.
        drop = {"user": user.pw_uid, "group": user.pw_gid} if user else {}
        process = subprocess.Popen([found, "--quiet", folder / "pgbouncer.ini"], **drop)  # type: ignore[call-overload]
        try:
            wait(listen)
            yield listen
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("PgBouncer did not start")


def through(database: Database, port: int, role: str) -> str:
    """Return the DATABASE_URL through the pooler."""
    return f"postgres://{role}:{quote(database.server.password, safe='')}@127.0.0.1:{port}/{database.name}"


def connect(database: Database, port: int, role: str) -> psycopg.Connection:
    # Debian's PgBouncer does not support prepared statements.
    return psycopg.connect(through(database, port, role), autocommit=True, prepare_threshold=None)
