import asyncio
import signal
import time
from functools import partial
from typing import Any

import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.periodic import PeriodicDeferrer

from aira.devtools import demo
from aira.ops.heartbeat import Heartbeat
from aira.ops.management.commands.worker import Command
from tests.database import Database
from tests.tenant_rows import TABLES
from tests.worker import start_worker


def counts(database: Database) -> dict[str, int]:
    return {table: database.owner(f"select count(*) from public.{table}").fetchone()[0] for table in TABLES}


def test_the_demo_fills_every_table_and_a_second_run_changes_nothing(database: Database, direct: Any) -> None:
    demo.load(lambda _: None)
    first = counts(database)
    assert all(first.values()), first
    assert first["business_v2"] == 3
    lines: list[str] = []
    demo.load(lines.append)
    assert counts(database) == first
    assert all("exists already" in line for line in lines[:-1])
    assert lines[-1] == "Analytics: refreshed"
    for view in ("spending_by_day", "appointments_by_day", "utilisation_by_day", "number_costs"):
        with database.as_user(demo.TENANTS[0].user) as sql:
            assert sql(f"select 1 from public.{view}").rowcount > 0


def test_wallets_of_the_demo_equal_their_ledger(database: Database, direct: Any) -> None:
    demo.load(lambda _: None)
    wrong = database.owner(
        "select w.id from public.wallets w where w.balance_usd + w.balance_inr <>"
        " (select sum(e.amount) from public.ledger_entries e where e.wallet_id = w.id)"
    )
    assert wrong.fetchall() == []


def test_a_stopped_demo_leaves_no_incomplete_tenant(database: Database, direct: Any, monkeypatch: Any) -> None:
    def stop(*args: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "charge", stop)
        with pytest.raises(KeyboardInterrupt):
            demo.load(lambda _: None)
    assert sum(counts(database).values()) == 0
    demo.load(lambda _: None)
    assert all(counts(database).values())


def defer(database: Database) -> int:
    row = database.owner(
        "select (jobs.procrastinate_defer_jobs_v1(array[row('default', 'jobs.remove_finished', 0, null, null,"
        " '{\"timestamp\": 0}', null)::jobs.procrastinate_job_to_defer_v1]))"
    ).fetchone()
    assert row
    return row[0][0] if isinstance(row[0], list) else row[0]


def status(database: Database, job: int) -> str:
    return database.owner("select status from jobs.procrastinate_jobs where id = %s", job).fetchone()[0]


def wait_for(database: Database, job: int, wanted: str) -> None:
    deadline = time.monotonic() + 20
    while status(database, job) != wanted:
        assert time.monotonic() < deadline, status(database, job)
        time.sleep(0.05)


def test_the_worker_handles_its_queues_and_stops_on_a_signal(database: Database) -> None:
    job = defer(database)
    process = start_worker(database)
    wait_for(database, job, "succeeded")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors


def test_the_worker_survives_lost_database_connections(database: Database) -> None:
    process = start_worker(database)
    wait_for(database, defer(database), "succeeded")
    database.owner(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    )
    wait_for(database, defer(database), "succeeded")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors


def test_the_worker_restarts_procrastinate_when_it_stops(direct: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Procrastinate stops without an error if the connection is lost while it defers a periodic job."""
    begun: list[int] = []

    async def work() -> None:
        stop = asyncio.Event()

        async def defer_periodic_jobs(_: PeriodicDeferrer) -> None:
            begun.append(1)
            if len(begun) == 1:
                raise ConnectorException
            stop.set()

        monkeypatch.setattr(PeriodicDeferrer, "worker", defer_periodic_jobs)
        worker = Command()
        await worker.with_retries(partial(worker.work, stop, 1, Heartbeat(["jobs"]), once=False), stop, once=False)

    asyncio.run(asyncio.wait_for(work(), 30))
    assert len(begun) == 2


def test_the_worker_does_one_round_and_ends(database: Database) -> None:
    job = defer(database)
    process = start_worker(database, "--once")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert status(database, job) == "succeeded"


def voice_agent(database: Database) -> str | None:
    row = database.owner("select base_url from private.service_endpoints where name = 'voice_agent'").fetchone()
    return row[0] if row else None


def test_the_worker_stores_a_changed_endpoint_url_when_it_starts(database: Database) -> None:
    for url in ("https://voice.aira.example/calls", "https://voice-2.aira.example/calls"):
        _, errors = start_worker(database, "--once", VOICE_AGENT_URL=url).communicate(timeout=30)
        assert voice_agent(database) == url, errors


def test_a_worker_without_an_endpoint_url_keeps_the_stored_one(database: Database) -> None:
    start_worker(database, "--once", VOICE_AGENT_URL="https://voice.aira.example/calls").communicate(timeout=30)
    start_worker(database, "--once", VOICE_AGENT_URL="").communicate(timeout=30)
    assert voice_agent(database) == "https://voice.aira.example/calls"
