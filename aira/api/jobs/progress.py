"""Record the progress of a job, and lose it to a newer worker."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from aira.api.jobs.models import BULK, ApiJob

log = logging.getLogger("aira.api")

ALIVE_SECONDS = 20.0
# How long a file and a result are kept, and the row without them.
CONTENT, ROWS = timedelta(hours=24), timedelta(days=30)


class JobLost(Exception):
    """Raised if a job was cancelled, or if another worker continues it."""


def is_open() -> Q:
    """Return the condition for jobs that have not ended."""
    return Q(finished_at=None)


@contextmanager
def step(job: ApiJob) -> Iterator[None]:
    """Run one step of the job in a transaction. Raises JobLost, and then nothing is saved."""
    with transaction.atomic():
        own = ApiJob.objects.select_for_update().filter(is_open(), pk=job.pk, attempt=job.attempt)
        if not own.exists():
            raise JobLost
        yield


@contextmanager
def alive(job: ApiJob) -> Iterator[None]:
    """Report every few seconds that the worker has the job, also during a query that takes minutes."""
    ended = threading.Event()

    def report() -> None:
        while not ended.wait(ALIVE_SECONDS):
            try:
                ApiJob.objects.filter(is_open(), pk=job.pk, attempt=job.attempt).update(seen_at=Now())
            except (DatabaseError, InterfaceError) as error:
                log.warning("job %s can't report that it runs: %s", job.pk, str(error).strip())
            finally:
                connection.close()

    thread = threading.Thread(target=report, name=f"job {job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def progressed(job: ApiJob, **values: Any) -> None:
    """Store the progress. For use in a step."""
    ApiJob.objects.filter(pk=job.pk).update(seen_at=Now(), **values)


def finish(job: ApiJob, **values: Any) -> None:
    """End the job. For use in a step."""
    progressed(job, finished_at=Now(), expires_at=Now() + CONTENT, **values)


def fail(job: ApiJob, problem: dict[str, Any]) -> None:
    """End the job with a problem, and with the outcomes so far. Nothing happens if another worker has it."""
    try:
        with step(job):
            job.chunks.all().delete()
            finish(job, problem=problem, result=answer_of(job) if job.kind == BULK else None)
    except JobLost:
        return


def answer_of(job: ApiJob) -> dict[str, Any]:
    """Return the status and the body that the bulk request has answered so far."""
    results: list[Any] = list(job.items.filter(outcome__isnull=False).values_list("outcome", flat=True))
    refused = sum("problem" in one for one in results)
    body = {"done": len(results) - refused, "refused": refused, "results": results}
    return {"status": 207 if refused else 200, "body": body}
