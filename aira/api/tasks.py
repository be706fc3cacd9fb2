"""Define the background jobs of the API."""

import logging
from typing import Any

from asgiref.sync import sync_to_async
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from aira.api import heavy_trash, idempotency
from aira.api.jobs import removal, working
from aira.api.usage import counts as usage_counts
from aira.audit.actor import Actor

log = logging.getLogger("aira.api")


@app.periodic(cron="11 * * * *")
@app.task(name="api.purge_answers", queueing_lock="api.purge_answers")
def purge_answers(timestamp: int) -> None:
    """Delete what the API stores for a time: responses to repeat, files and results of jobs, and counts of requests."""
    idempotency.purge()
    removal.purge()
    usage_counts.purge()


@app.task(name="api.move_rows")
def move_rows(model: str, pk: str, verb: str, actor: dict[str, Any] | None) -> None:
    """Move a record to the trash or restore it, together with the records that belong to it."""
    heavy_trash.move(model, pk, verb, Actor(**actor) if actor else None)


@app.task(name="api.run_job", pass_context=True)
def run_job(context: JobContext, job: str) -> None:
    """Do a job of the API: an export or a large request. On shutdown, leave the rest to `resume_jobs`."""
    working.work(job, context.should_abort)


@app.periodic(cron="* * * * *")
@app.task(name="api.resume_jobs", queueing_lock="api.resume_jobs")
async def resume_jobs(timestamp: int) -> None:
    """Continue the jobs of the API whose worker was killed."""
    for job in await sync_to_async(working.stalled)():
        try:
            await run_job.configure(queueing_lock=f"api.run_job:{job}").defer_async(job=job)
        except AlreadyEnqueued:
            continue
        log.warning("job %s lost its worker and continues", job)
