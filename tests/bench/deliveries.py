"""Measure webhooks: the cost of the trigger for an upload, and the speed and delay of a worker.

The cost comes from pgbench, as a median of 5 alternating rounds. The receiver is a Python program on the same machine.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from tests.bench.figures import Row, at_least, at_most
from tests.bench.pgbench import per_second
from tests.database import Database
from tests.worker import SECRET

ROUNDS = 5
UPLOAD = "insert into public.documents (business_id, file_name, file_path) values ('{}', 'menu.pdf', 'a/menu.pdf');"
UPLOADS = (
    "insert into public.documents (business_id, file_name, file_path)"
    " select %s, n::text, 'a' from generate_series(1, %s) n"
)
TRIGGER = "alter table public.documents {} trigger pgtrigger_deliver_inserted_19c80"


@contextmanager
def receiver() -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.fast_receiver"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield process, int(process.stdout.readline())
    process.kill()
    process.wait()


@contextmanager
def worker(database: Database, port: int, connections: int) -> Iterator[None]:
    environment = {
        **os.environ,
        "SECRET_KEY": "x",
        "DATABASE_URL": database.address(),
        "DATABASE_DIRECT_URL": database.address(),
        "KB_UPDATER_URL": f"http://127.0.0.1:{port}/",
        "KB_UPDATER_SECRET": SECRET,
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "manage.py", "worker", "--only", "dispatcher", "--connections", str(connections)]
    process = subprocess.Popen(command, env=environment)
    yield
    process.terminate()
    assert process.wait(60) == 0


def rate(database: Database, business: UUID, connections: int, count: int) -> float:
    """Return the deliveries per second between the first and the last one."""
    database.owner("truncate private.webhook_deliveries, private.delivery_attempts")
    database.owner(UPLOADS, business, count)
    database.owner("vacuum analyze private.webhook_deliveries")
    left = "select count(*) from private.webhook_deliveries where delivered_at is null"
    with receiver() as (_, port), worker(database, port, connections):
        while database.owner(left).fetchone()[0]:
            time.sleep(0.5)
    took = database.owner(
        "select extract(epoch from max(delivered_at) - min(delivered_at)) from private.webhook_deliveries"
    ).fetchone()[0]
    return count / float(took)


def delays(database: Database, business: UUID, count: int) -> list[float]:
    """Return the seconds from commit to receipt of single uploads, at 20 uploads a second."""
    committed: dict[str, float] = {}
    received: dict[str, float] = {}
    with receiver() as (process, port), worker(database, port, 100):
        time.sleep(3)
        for number in range(count):
            database.owner(UPLOAD.replace("menu.pdf'", f"{number}.pdf'", 1).format(business))
            committed[f"{number}.pdf"] = time.time()
            time.sleep(0.05)
        time.sleep(1)
        process.terminate()
        assert process.stdout
        for line in process.stdout:
            at, _, name = line.strip().partition(" ")
            received[name] = float(at)
    return sorted(received[name] - at for name, at in committed.items())


def measure(database: Database) -> Iterator[Row]:
    user = database.account("bench@example.com")
    query = "insert into public.business_v2 (user_id, name, business_type) values (%s, 'b', 'retail') returning id"
    business = database.owner(query, user).fetchone()[0]
    for clients in (1, 32):
        rounds: list[dict[str, Any]] = []
        for _ in range(ROUNDS):
            found = {}
            for way in ("enable", "disable"):
                database.owner("truncate public.documents, private.webhook_deliveries")
                database.owner(TRIGGER.format(way))
                found[way] = per_second(database, UPLOAD.format(business), clients=clients, seconds=1)
            rounds.append(found)
        with_trigger = statistics.median(found["enable"] for found in rounds)
        ratio = statistics.median(found["enable"] / found["disable"] for found in rounds)
        said = f"{with_trigger:,.0f}/s; {ratio:.2f} of the rate without the trigger"
        yield at_least(0.65, "", f"uploads, {clients} clients", said, ratio)
    database.owner(TRIGGER.format("enable"))
    for connections, count, target in ((100, 20_000, 3_000), (1, 2_000, 400)):
        found_rate = rate(database, business, connections, count)
        yield at_least(target, "/s", f"deliveries, {connections} connections", f"{found_rate:,.0f}/s", found_rate)
    database.owner("truncate private.webhook_deliveries, private.delivery_attempts")
    late = delays(database, business, 400)
    half, most = late[200] * 1000, late[396] * 1000
    yield at_most(150, " ms", "commit to receipt at 20/s, p50", f"{half:.0f} ms", half)
    yield at_most(300, " ms", "commit to receipt at 20/s, p99", f"{most:.0f} ms", most)
    database.owner("truncate private.webhook_deliveries")
    database.owner(
        "insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body, next_attempt_at)"
        " select 'kb_updater', 'INSERT', 'documents', gen_random_uuid(), gen_random_uuid(), '{}', now() + interval '1 hour'"
        " from generate_series(1, 500000)"
    )
    database.owner("vacuum analyze private.webhook_deliveries")
    explain = "explain (analyze, format json) select * from private.claim_deliveries('kb_updater', 100, '30 seconds')"
    times = [database.owner(explain).fetchone()[0][0]["Execution Time"] for _ in range(41)]
    claim = statistics.median(times)
    yield at_most(0.2, " ms", "a claim beside 500,000 future retries", f"{claim:.3f} ms", claim)
