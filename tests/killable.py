"""Provide a server that a test kills under its callers."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from aira.embedded import PROJECT, Cluster
from tests.database import Database, Server, server_home


@dataclass
class KillableServer:
    cluster: Cluster
    database: Database

    def killed_under(self, call: Callable[[psycopg.Connection[Any]], None]) -> None:
        """Call again and again on four connections until kill -9 ends the server. Then start it again."""
        threads = [threading.Thread(target=self.repeat, args=(call,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(1.5)
        self.kill()
        for thread in threads:
            thread.join()
        self.revive()

    @property
    def postmaster(self) -> int:
        return int((self.cluster.data / "postmaster.pid").read_text().splitlines()[0])

    def stop_immediately(self) -> None:
        """Do what `pg_ctl stop -m immediate` does: end every process at once."""
        os.kill(self.postmaster, signal.SIGQUIT)
        while list(self.processes()):
            time.sleep(0.05)

    def kill(self) -> None:
        os.kill(self.postmaster, signal.SIGKILL)
        # Child processes notice that their parent has ended. A process with an active connection must be told.
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def revive(self) -> None:
        self.database.close()
        self.cluster.start()
        self.database.server.owner = self.cluster.url()

    def repeat(self, call: Callable[[psycopg.Connection[Any]], None]) -> None:
        with self.database.connect("authenticator") as connection, contextlib.suppress(psycopg.OperationalError):
            connection.execute("set role service_role")
            while True:
                call(connection)

    def processes(self) -> Iterator[int]:
        """Return the server's processes, which its data folder identifies."""
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (place / "cwd").readlink() == self.cluster.data:
                    yield int(place.name)


@contextlib.contextmanager
def killable_server() -> Iterator[KillableServer]:
    home = server_home("kill")
    cluster = Cluster("kill", Cluster.locate().source, home)
    try:
        cluster.start()
        url = cluster.url()
        environment = {**os.environ, "SECRET_KEY": "x", "DATABASE_URL": url, "DATABASE_DIRECT_URL": url}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=PROJECT, env=environment, check=True)
        with contextlib.closing(Database(Server(url, cluster.secrets["authenticator"]), "aira")) as database:
            yield KillableServer(cluster, database)
    finally:
        cluster.destroy()
        shutil.rmtree(home)
