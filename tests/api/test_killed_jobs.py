"""Test that jobs of the API survive kill -9 of their worker, and that two workers do the work once."""

import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from aira.api import keys
from aira.api.jobs import working
from aira.api.jobs.models import ApiJob, JobItem
from aira.api.tasks import run_job
from aira.audit.models import AuditEvent
from aira.ops import accounts
from telephony.models import BusinessNumber
from tests.database import Database
from tests.tenant_rows import Rows
from tests.worker import start_worker

NUMBERS = 5000


@pytest.fixture
def client(in_its_database: None) -> APIClient:
    scopes = ["numbers:update", "numbers:read", "numbers:export", "exports:create", "exports:read", "jobs:read"]
    made = keys.make(name="tool", purpose="tests", scopes=scopes)
    return APIClient(headers={"Authorization": f"Bearer {made.secret}"})


@pytest.fixture
def numbers(database: Database, alices: Rows, in_its_database: None) -> list[str]:
    return [
        str(row[0])
        for row in database.owner(
            "insert into public.business_numbers (user_id, business_id, phone_number, display_name, country_code,"
            " number_type) select %s, %s, '+141555' || n, 'n', 'US', 'local' from generate_series(10000, %s) n"
            " returning id",
            alices.user,
            alices.business,
            9999 + NUMBERS,
        )
    ]


def until(true: Callable[[], bool], pause: float = 0.1) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(pause)


def job_of(pk: str) -> ApiJob:
    return ApiJob.objects.get(pk=pk)


def kill(worker: subprocess.Popen[str]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.communicate(timeout=30)


def started_export(client: APIClient) -> str:
    answer = client.post("/api/v1/exports/", {"resource": "numbers", "filters": {"ordering": "created_at"}})
    assert answer.status_code == 202, answer.json()
    return str(answer.json()["id"])


def killed_in_the_middle(database: Database, job: str) -> int:
    """Kill a worker during the job. Return how many rows were done."""
    worker = start_worker(database, "--only", "jobs")
    until(lambda: job_of(job).done > 0, 0.005)
    with database.connect(autocommit=False) as holder:
        # Each step of the worker locks the job.
        holder.execute("select from console.api_jobs where id = %s for update", [job])
        time.sleep(0.3)
        kill(worker)
        holder.rollback()
    return job_of(job).done


def continued(database: Database, job: str) -> None:
    """Do what `api.resume_jobs` does a minute later, with two workers at once."""
    assert working.stalled() == []
    ApiJob.objects.filter(pk=job).update(seen_at=timezone.now() - timedelta(minutes=2))
    assert working.stalled() == [job]
    for _ in range(2):
        run_job.defer(job=job)
    workers = [start_worker(database, "--only", "jobs") for _ in range(2)]
    until(lambda: job_of(job).finished_at is not None)
    for worker in workers:
        worker.terminate()
        worker.communicate(timeout=30)


def test_an_export_continues_after_its_worker_was_killed(
    database: Database, client: APIClient, numbers: list[str]
) -> None:
    job = started_export(client)
    done = killed_in_the_middle(database, job)
    assert 0 < done < NUMBERS
    continued(database, job)
    made = job_of(job)
    assert (made.state, made.done, made.attempt) == ("finished", NUMBERS + 1, 2)
    link = client.get(f"/api/v1/exports/{job}/").json()["link"]
    answer: Any = APIClient().get(link)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == NUMBERS + 2
    assert set(numbers) < {line.split(",")[0].strip('"') for line in lines}


def test_a_bulk_request_changes_each_row_once_although_its_worker_was_killed(
    database: Database, client: APIClient, numbers: list[str]
) -> None:
    items = [{"id": pk, "if_match": "*", "body": {"display_name": "new"}} for pk in numbers[:300]]
    answer = client.post("/api/v1/numbers/bulk_update/", {"items": items}, headers={"Prefer": "respond-async"})
    job = str(answer.json()["id"])
    done = killed_in_the_middle(database, job)
    assert 0 < done < 300
    assert JobItem.objects.filter(job=job, outcome__isnull=False).count() == done
    assert BusinessNumber.objects.filter(display_name="new").count() == done
    continued(database, job)
    made = job_of(job)
    assert (made.state, made.done) == ("finished", 300)
    assert made.result["body"]["done"] == 300  # type: ignore[index]
    events = AuditEvent.objects.filter(row_id__in=numbers, verb="update")
    assert (events.count(), events.filter(actor_name="tool").count()) == (300, 300)


def test_erasing_an_account_removes_files_and_begins_running_exports_again(
    database: Database, client: APIClient, numbers: list[str], alices: Rows, direct: Any
) -> None:
    finished, running = started_export(client), started_export(client)
    working.work(finished, lambda: False)
    stops = iter([False, False, True])
    working.work(running, lambda: next(stops))
    assert job_of(running).done == 2000
    link = client.get(f"/api/v1/exports/{finished}/").json()["link"]
    accounts.erase(account=alices.user, reason="asked for it")
    assert APIClient().get(link).status_code == 410
    working.work(running, lambda: False)
    assert (job_of(running).state, job_of(running).done) == ("finished", 0)
    assert job_of(finished).state == "expired"
