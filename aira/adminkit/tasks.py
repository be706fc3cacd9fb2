"""Define the background jobs of the admin kit."""

import logging

from asgiref.sync import sync_to_async
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from aira.adminkit import bulk_runs

log = logging.getLogger("aira.console")


@app.task(name="console.bulk_run", pass_context=True)
def bulk_run(context: JobContext, run: str) -> None:
    """Process a bulk run. On shutdown, leave the remaining rows to `resume_bulk_runs`."""
    bulk_runs.work(run, context.should_abort)


@app.periodic(cron="* * * * *")
@app.task(name="console.resume_bulk_runs", queueing_lock="console.resume_bulk_runs")
async def resume_bulk_runs(timestamp: int) -> None:
    """Continue the bulk runs whose worker was killed."""
    for run in await sync_to_async(bulk_runs.stalled)():
        try:
            await bulk_run.configure(queueing_lock=f"console.bulk_run:{run}").defer_async(run=run)
        except AlreadyEnqueued:
            continue
        log.warning("bulk run %s lost its worker and continues", run)


@app.periodic(cron="43 3 * * *")
@app.task(name="console.forget_bulk_runs", queueing_lock="console.forget_bulk_runs")
def forget_bulk_runs(timestamp: int) -> None:
    """Delete old bulk runs."""
    bulk_runs.forget()
