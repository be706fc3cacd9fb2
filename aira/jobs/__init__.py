"""Background jobs: procrastinate, in the schema `jobs`, run by `manage.py worker`.

A job is a function in an app's `tasks.py` with `@app.task` or `@app.periodic(cron=…)` from
`procrastinate.contrib.django`. Jobs run at least once: write them so that a second run does nothing.
"""

from typing import Any

from procrastinate import App, PsycopgConnector, builtin_tasks

from aira.schema.connection_parameters import parameters

KEEP_FINISHED_JOBS_HOURS = 24 * 14


def register(app: App) -> None:
    """Adds the platform's own jobs; procrastinate's Django app calls it when it is ready."""

    @app.periodic(cron="17 3 * * *")
    @app.task(name="jobs.remove_finished", queueing_lock="jobs.remove_finished", pass_context=True)
    async def remove_finished(context: Any, timestamp: int) -> None:
        await builtin_tasks.remove_old_jobs(context, max_hours=KEEP_FINISHED_JOBS_HOURS, remove_failed=False)


def connector() -> PsycopgConnector:
    """procrastinate's own connections, past any pooler: it waits by LISTEN."""
    # Seconds: after a restart of the database the pool may hand out nothing until then, and the worker opens another.
    return PsycopgConnector(kwargs=parameters("direct"), timeout=5)
