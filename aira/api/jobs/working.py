"""Do the jobs in the worker.

A worker claims a job and makes progress in short transactions, each of which checks that the job is still its own. A
job whose worker was killed is claimed by another one a minute later, and continues where it stopped.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from rest_framework.exceptions import Throttled

from aira.api.jobs import changing, exporting
from aira.api.jobs.callers import caller_of
from aira.api.jobs.models import BULK, EXPORT, ApiJob
from aira.api.jobs.progress import JobLost, alive, fail, is_open
from aira.api.problems import problem, respond
from aira.schema.errors import is_lost

log = logging.getLogger("aira.api")

# A job without progress for this long has lost its worker.
STALLED = timedelta(minutes=1)
# A job that ended this many workers is given up.
MOST_ATTEMPTS = 5


def work(job_id: str, should_stop: Callable[[], bool]) -> None:
    """Do a job, or the rest of it. Several workers may be asked to: one does it."""
    job = claim(job_id)
    if job is None:
        return
    if job.attempt > MOST_ATTEMPTS:
        fail(job, given_up())
        return
    try:
        caller = caller_of(job)
        with alive(job):
            ended = run(job, caller, should_stop)
    except JobLost:
        log.info("job %s was cancelled, or another worker has it", job.pk)
        return
    except Throttled:
        ended = False
    except Exception as error:
        answer = None if is_lost(error) else problem(error, {})
        if answer is None:
            # The job is tried again. The log of the worker has the error.
            log.exception("job %s failed", job.pk)
            return
        fail(job, answer.data)
        return
    if not ended:
        # The next worker need not wait until the job counts as stalled.
        ApiJob.objects.filter(pk=job.pk, attempt=job.attempt).update(seen_at=None, attempt=F("attempt") - 1)


def run(job: ApiJob, caller: Any, should_stop: Callable[[], bool]) -> bool:
    """Do the job. Return False if the worker shall stop before its end."""
    if job.kind == EXPORT:
        return exporting.run(job, caller, should_stop)
    if job.kind == BULK:
        return changing.run(job, should_stop)
    return changing.search(job, caller)


@transaction.atomic
def claim(job_id: str) -> ApiJob | None:
    """Take the job. Return None if it has ended, or if another worker makes progress with it."""
    free = Q(seen_at=None) | Q(seen_at__lt=Now() - STALLED)
    row = ApiJob.objects.select_for_update().filter(is_open(), free, pk=job_id).first()
    if row is None:
        return None
    ApiJob.objects.filter(pk=row.pk).update(
        attempt=F("attempt") + 1, started_at=Coalesce("started_at", Now()), seen_at=Now()
    )
    row.refresh_from_db()
    return row


def given_up() -> dict[str, Any]:
    """Return the problem of a job that ended too many workers."""
    text = f"The job failed {MOST_ATTEMPTS} times. The worker's log has the reason. Ask an engineer."
    return dict(respond(500, "job_given_up", text).data)


def stalled() -> list[str]:
    """Return the ids of jobs that make no progress, because their worker stopped, was killed or was not notified."""
    before = timezone.now() - STALLED
    waiting = Q(seen_at=None) & (Q(started_at__isnull=False) | Q(created_at__lt=before))
    found = ApiJob.objects.filter(is_open()).filter(waiting | Q(seen_at__lt=before))
    return [str(pk) for pk in found.values_list("pk", flat=True)]
