"""A server of a test's own, to be killed under its callers."""

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
        """Four connections call again and again, until kill -9 takes the server away; then it is started again."""
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
        """What `pg_ctl stop -m immediate` does: every process quits where it stands."""
        os.kill(self.postmaster, signal.SIGQUIT)
        while list(self.processes()):
            time.sleep(0.05)

    def kill(self) -> None:
        os.kill(self.postmaster, signal.SIGKILL)
        # The children notice that their parent is gone; a connection in use only when it is told.
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
        """Of the server, found by their data folder."""
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
