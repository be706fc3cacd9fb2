"""Run the site that the browser visits: gunicorn as a process, with the role console, on a new database for each test."""

import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import IO

from aira.embedded import PROJECT, free_port
from tests.command import deployed
from tests.database import Database, Server

SETTINGS = "tests.browser.settings"


def furnished(server: Server, template: str) -> str:
    """Create a migrated database with the demo and staff once per run. Each test gets a clone."""

    def furnish(name: str) -> None:
        server.clone(template, name)
        command = [sys.executable, "-m", "tests.browser.furnish"]
        subprocess.run(command, cwd=PROJECT, env=environment(Database(server, name)), check=True)

    return server.once(f"{template}_browser", furnish)


def environment(database: Database, **settings: str) -> dict[str, str]:
    return deployed(
        database, DJANGO_SETTINGS_MODULE=SETTINGS, ALLOWED_HOSTS="localhost", LOG_LEVEL="WARNING", **settings
    )


@dataclass
class Site:
    """Run the site. `url`: the address of the console without a slash at its end."""

    server: Server
    template: str
    database: Database
    url: str
    process: subprocess.Popen[bytes]
    log: IO[bytes]

    @classmethod
    def start(cls, server: Server, template: str, name: str, log: IO[bytes]) -> "Site":
        port = free_port()
        database = Database(server, name)
        url = f"http://localhost:{port}"
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "aira.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--workers", "1", "--threads", "4", "--log-level", "warning"),
            ],
            cwd=PROJECT,
            env=environment(database, CSRF_TRUSTED_ORIGINS=url),
            stdout=log,
            stderr=log,
        )
        site = cls(server, template, database, url, process, log)
        site.refresh()
        site.wait()
        return site

    def refresh(self) -> None:
        """Restore the database. The server's connections to the old one end, and Django opens new ones."""
        self.database.close()
        self.server.drop(self.database.name)
        self.server.clone(self.template, self.database.name)

    def wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):  # noqa: S310  our own address
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the site did not start: {self.said()}")

    def said(self) -> str:
        """Return the server's log with its tracebacks."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        self.database.close()
        self.server.drop(self.database.name)
