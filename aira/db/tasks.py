"""Background jobs of the platform."""

from procrastinate.contrib.django import app

from aira.db import analytics, partitions


@app.periodic(cron="7 4 * * *")
@app.task(name="platform.add_partitions", queueing_lock="platform.add_partitions")
def add_partitions(timestamp: int) -> None:
    """Fails, and so shows among the jobs, when a partition can't be made; there are three months to act."""
    partitions.add_missing()


@app.periodic(cron="*/15 * * * *")
@app.task(name="platform.refresh_analytics", queueing_lock="platform.refresh_analytics")
def refresh_analytics(timestamp: int) -> None:
    """Fails, and so shows among the jobs, when a view could not be computed; the console has each one's error."""
    failed = [name for name, outcome in analytics.refresh(analytics.views()) if outcome == "failed"]
    if failed:
        raise RuntimeError(f"analytics were not refreshed: {', '.join(failed)}")
