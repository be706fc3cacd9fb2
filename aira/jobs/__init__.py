"""Run background jobs with procrastinate, in the schema `jobs`, by `manage.py worker`.

A job is a function in an app's `tasks.py` with `@app.task` or `@app.periodic(cron=…)` from
`procrastinate.contrib.django`. Jobs run at least once, so a second run of a job must change nothing.
"""

from typing import Any

from procrastinate import App, PsycopgConnector, builtin_tasks

from aira.schema.connection_parameters import parameters

KEEP_FINISHED_JOBS_HOURS = 24 * 14


def register(app: App) -> None:
    """Add the platform's own jobs. procrastinate's Django app calls this when it is ready."""

    @app.periodic(cron="17 3 * * *")
    @app.task(name="jobs.remove_finished", queueing_lock="jobs.remove_finished", pass_context=True)
    async def remove_finished(context: Any, timestamp: int) -> None:
        """Remove jobs that finished long ago. Failed jobs stay."""
        await builtin_tasks.remove_old_jobs(context, max_hours=KEEP_FINISHED_JOBS_HOURS, remove_failed=False)


def connector() -> PsycopgConnector:
    """Return procrastinate's own connections. They bypass a pooler, since procrastinate uses LISTEN."""
    # In seconds. After a restart of the database the pool blocks until this time-out, and the worker then opens
    # another.
    return PsycopgConnector(kwargs=parameters("direct"), timeout=5)
