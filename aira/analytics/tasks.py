"""Background jobs of the analytics."""

from procrastinate.contrib.django import app

from aira.analytics import refresh


@app.periodic(cron="*/15 * * * *")
@app.task(name="platform.refresh_analytics", queueing_lock="platform.refresh_analytics")
def refresh_analytics(timestamp: int) -> None:
    """Fails, and so shows among the jobs, when a view could not be computed; the console has each one's error."""
    failed = [name for name, outcome in refresh.refresh(refresh.views()) if outcome == "failed"]
    if failed:
        raise RuntimeError(f"analytics were not refreshed: {', '.join(failed)}")
