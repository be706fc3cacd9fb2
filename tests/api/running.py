"""Start the site as it is deployed, with several processes, for a program that uses it over the network."""

import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import IO, Any

import httpx

from aira.embedded import PROJECT, free_port
from tests.command import deployed, manage
from tests.database import Database
from tests.tenant_rows import Rows, populate


@dataclass
class Running:
    """Hold a running site. alices, bobs: the rows in its database."""

    database: Database
    url: str
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    alices: Rows
    bobs: Rows
    clients: list[httpx.Client] = field(default_factory=list)

    @classmethod
    def start(cls, database: Database, log: IO[bytes], **settings: str) -> "Running":
        port = free_port()
        settings = {"DJANGO_SETTINGS_MODULE": "tests.browser.settings", "ALLOWED_HOSTS": "127.0.0.1", **settings}
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "aira.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--workers", "2", "--threads", "4", "--log-level", "warning"),
            ],
            cwd=PROJECT,
            env=deployed(database, **settings),
            stdout=log,
            stderr=log,
        )
        alices = populate(database, "alice@example.com", phone="+14155550101")
        bobs = populate(database, "bob@example.com", phone="+14155550102")
        running = cls(database, f"http://127.0.0.1:{port}", process, log, alices, bobs)
        running.wait()
        return running

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/healthz", timeout=5)
                return
            except httpx.HTTPError:
                time.sleep(0.2)
        raise RuntimeError(f"the site did not start: {self.said()}")

    def secret(self, name: str, *scopes: str, rate_limit: int = 100_000) -> str:
        """Return the secret of a new key with these scopes, made as an operator makes one. Without scopes, it may do
        everything.
        """
        # The benchmarks import this module before they set up Django.
        from aira.api.scopes import scopes as known_scopes

        arguments = [part for scope in scopes or known_scopes() for part in ("--scope", scope)]
        made = manage(
            self.database, "api_key", "create", name, "--purpose", "tests", "--rate-limit", str(rate_limit), *arguments
        )
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def client(self, secret: str, **headers: Any) -> httpx.Client:
        client = httpx.Client(
            base_url=f"{self.url}/api/v1", headers={"Authorization": f"Bearer {secret}", **headers}, timeout=60
        )
        self.clients.append(client)
        return client

    def said(self) -> str:
        """Return the server's log with its tracebacks."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def stop(self) -> None:
        for client in self.clients:
            client.close()
        self.process.terminate()
        self.process.wait(timeout=15)
        self.database.close()
        self.database.server.drop(self.database.name)
