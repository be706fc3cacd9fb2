"""A worker and a receiver as real processes: no delivery is lost when either dies."""

import asyncio
import json
import random
import socket
from collections.abc import Callable
from urllib.request import urlopen
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from tests.database import Database
from tests.killable import KillableServer
from tests.outbox.conftest import Start, deliveries, end, forget, upload, wait_until
from tests.tenant_rows import Rows, populate
from tests.webhook_receiver import Received, Receiver, plain
from tests.worker import SECRET

UNDELIVERED = "delivered_at is null"


def hurry(database: Database) -> None:
    """Make waiting deliveries due now, and leave those that are being sent."""
    database.owner(
        "update private.webhook_deliveries d set next_attempt_at = now() where next_attempt_at > now()"
        " and attempts = (select count(*) from private.delivery_attempts a where a.delivery_id = d.id)"
    )


def test_an_upload_reaches_the_kb_updater_signed(
    database: Database, alices: Rows, kb_updater: Receiver, worker: Start
) -> None:
    forget(database)
    process = worker()
    [document] = upload(database, alices)
    [sent] = wait_until(lambda: kb_updater.got)
    end(process)
    payload = Webhook(SECRET).verify(sent.body, sent.headers)
    record = payload.pop("record")
    assert payload == {"type": "INSERT", "table": "documents", "schema": "public", "old_record": None}
    assert record["id"] == str(document)
    assert record["attempts"] == 1
    [row] = deliveries(database)
    assert (str(row.id), row.attempts, row.next_attempt_at, row.last_status) == (sent.id, 1, None, 200)
    assert row.delivered_at
    assert row.body == sent.body


def test_both_secrets_verify_during_a_rotation(
    database: Database, alices: Rows, kb_updater: Receiver, worker: Start
) -> None:
    newer = "whsec_" + "bmV3ZXJzZWNyZXRuZXdlcnNlY3JldG5ld2Vy"
    end_of = worker("--once", "--only", "dispatcher", KB_UPDATER_SECRET=f"{newer} {SECRET}")
    end_of.communicate(timeout=30)
    sent = kb_updater.got[0]
    for secret in (SECRET, newer):
        assert Webhook(secret).verify(sent.body, sent.headers)


@pytest.mark.slow
def test_a_worker_killed_with_fifty_in_flight_loses_nothing(
    database: Database, alices: Rows, kb_updater: Receiver, worker: Start
) -> None:
    async def slowly(received: Received) -> bytes:
        await asyncio.sleep(0.3)
        return plain("200 OK")

    kb_updater.answer = slowly
    forget(database)
    upload(database, alices, 200)
    first = worker("--connections", "50")
    wait_until(lambda: len(kb_updater.got) >= 120)
    first.kill()
    second = worker("--connections", "50")
    wait_until(lambda: not deliveries(database, UNDELIVERED), 90)
    end(second)
    assert len(set(kb_updater.ids)) == 200
    assert len(kb_updater.ids) - 200 <= 50


@pytest.mark.slow
@pytest.mark.parametrize("end_it", [KillableServer.kill, KillableServer.stop_immediately])
def test_a_worker_continues_after_the_database_restarts(
    killable: KillableServer, receiver: Receiver, worker: Start, end_it: Callable[[KillableServer], None]
) -> None:
    async def slowly(received: Received) -> bytes:
        await asyncio.sleep(0.05)
        return plain("200 OK")

    receiver.answer = slowly
    database = killable.database
    alices = populate(database, "alice@example.com", "+14155550101")
    forget(database)
    database.owner("insert into private.service_endpoints (name, base_url) values ('kb_updater', %s)", receiver.url)
    upload(database, alices, 400)
    url = database.address()
    process = worker("--connections", "10", DATABASE_URL=url, DATABASE_DIRECT_URL=url)
    wait_until(lambda: len(receiver.got) >= 100)
    end_it(killable)
    killable.revive()
    upload(database, alices, 5)
    wait_until(lambda: not deliveries(database, UNDELIVERED), 90)
    assert process.poll() is None
    end(process)
    assert len(set(receiver.ids)) == 405


def test_a_receiver_that_was_down_gets_everything_when_it_is_back(
    database: Database, alices: Rows, kb_updater: Receiver, worker: Start
) -> None:
    forget(database)
    kb_updater.stop()
    process = worker()
    upload(database, alices, 20)
    wait_until(lambda: len(deliveries(database, "last_error is not null")) == 20)
    kb_updater.start()
    hurry(database)
    wait_until(lambda: not deliveries(database, UNDELIVERED))
    end(process)
    assert len(set(kb_updater.ids)) == 20


def test_two_workers_deliver_ten_thousand_documents_of_one_insert_once_each(
    database: Database, alices: Rows, kb_updater: Receiver, worker: Start
) -> None:
    forget(database)
    documents = upload(database, alices, 10_000)
    processes = [worker("--only", "dispatcher") for _ in range(2)]
    wait_until(lambda: len(kb_updater.got) >= 10_000, 90)
    wait_until(lambda: not deliveries(database, UNDELIVERED))
    for process in processes:
        end(process)
    assert len(kb_updater.ids) == len(set(kb_updater.ids)) == 10_000
    assert {UUID(json.loads(each.body)["record"]["id"]) for each in kb_updater.got} == set(documents)


def test_random_failures_end_in_one_delivery_each(
    database: Database, alices: Rows, kb_updater: Receiver, worker: Start
) -> None:
    accepted: list[str] = []

    async def sometimes(received: Received) -> bytes:
        if random.random() < 0.3:
            return plain("500 Internal Server Error")
        accepted.append(received.id)
        return plain("204 No Content")

    kb_updater.answer = sometimes
    forget(database)
    process = worker()
    upload(database, alices, 100)

    def all_arrived() -> bool:
        hurry(database)
        return not deliveries(database, UNDELIVERED)

    wait_until(all_arrived)
    end(process)
    assert len(accepted) == len(set(accepted)) == 100
    log = database.owner("select count(*) from private.delivery_attempts").fetchone()[0]
    assert log == len(kb_updater.got)


def test_a_worker_finishes_its_attempts_after_sigterm(
    database: Database, alices: Rows, kb_updater: Receiver, worker: Start
) -> None:
    async def slowly(received: Received) -> bytes:
        await asyncio.sleep(1)
        return plain("200 OK")

    kb_updater.answer = slowly
    process = worker("--connections", "5")
    forget(database)
    upload(database, alices, 8)
    wait_until(lambda: len(kb_updater.got) >= 5)
    end(process)
    assert len(deliveries(database, "delivered_at is not null")) == len(kb_updater.got) == 5
    assert len(deliveries(database, "attempts = 0")) == 3


def test_a_worker_exits_with_an_error_after_an_internal_failure(database: Database, worker: Start) -> None:
    database.owner("drop function private.claim_deliveries(text, integer, interval)")
    database.owner(
        "insert into private.service_endpoints (name, base_url) values ('kb_updater', 'http://127.0.0.1:9/')"
    )
    process = worker()
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "claim_deliveries" in errors


def test_a_worker_counts_what_it_sends_and_logs_as_json(
    database: Database, alices: Rows, kb_updater: Receiver, worker: Start
) -> None:
    async def refused_once(received: Received) -> bytes:
        return plain("500 No") if len(kb_updater.got) == 1 else plain("200 OK")

    kb_updater.answer = refused_once
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = worker("--metrics-port", str(port), LOG_FORMAT="json")
    forget(database)
    upload(database, alices, 4)
    wait_until(lambda: len(deliveries(database, "delivered_at is not null")) == 3)
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
        metrics = response.read().decode()
    assert 'aira_delivery_attempts_total{endpoint="kb_updater",outcome="failed"} 1.0' in metrics
    assert 'aira_delivery_attempts_total{endpoint="kb_updater",outcome="delivered"} 3.0' in metrics
    assert 'aira_delivery_seconds_count{endpoint="kb_updater"} 4.0' in metrics
    process.terminate()
    _, log = process.communicate(timeout=30)
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"at", "level", "logger", "message"} <= set(lines[0])
    assert lines[-1]["message"] == "worker ended"


def test_a_worker_without_its_extension_reports_it(database: Database, worker: Start) -> None:
    process = worker("--once", WEBHOOK_TRANSPORT="pg_net")
    _, log = process.communicate(timeout=30)
    assert "WEBHOOK_TRANSPORT is pg_net, but the database has no net.http_post" in log
