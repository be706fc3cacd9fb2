import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from psycopg.rows import namedtuple_row

from tests.database import Database
from tests.tenant_rows import Rows
from tests.webhook_receiver import Receiver
from tests.worker import start_worker


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def kb_updater(database: Database, receiver: Receiver) -> Receiver:
    """Set the endpoint kb_updater to the receiver."""
    database.owner("insert into private.service_endpoints (name, base_url) values ('kb_updater', %s)", receiver.url)
    return receiver


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def worker(database: Database) -> Iterator[Start]:
    """Start workers by `manage.py worker`, and kill those that run at the end."""
    processes: list[subprocess.Popen[str]] = []

    def start(*args: str, **environment: str) -> subprocess.Popen[str]:
        process = start_worker(database, *args, **environment)
        processes.append(process)
        return process

    yield start
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def end(process: subprocess.Popen[str]) -> str:
    """Stop a worker, which must end cleanly, and return its log."""
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=40)
    assert process.returncode == 0, errors
    return errors


def upload(database: Database, alices: Rows, count: int = 1) -> list[UUID]:
    rows = database.owner(
        "insert into public.documents (business_id, file_name, file_path)"
        " select b, n || '.pdf', b || '/' || n from generate_series(1, %s) n, (values (%s::uuid)) v (b) returning id",
        count, alices.business,
    ).fetchall()  # fmt: skip
    return [row[0] for row in rows]


def deliveries(database: Database, where: str = "true", *params: Any) -> list[Any]:
    """Return rows of private.webhook_deliveries."""
    with database.kept().cursor(row_factory=namedtuple_row) as cursor:
        query = f"select * from private.webhook_deliveries where {where} order by created_at, id"
        return cursor.execute(query, params or None).fetchall()


def forget(database: Database) -> None:
    """Remove the deliveries of fixture rows, which the tests don't expect."""
    database.owner("delete from private.webhook_deliveries")


def wait_until(condition: Callable[[], Any], seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, condition
        time.sleep(0.02)
    return found
