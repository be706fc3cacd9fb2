"""Define the background jobs of the analytics."""

from procrastinate.contrib.django import app

from aira.analytics import refresh


@app.periodic(cron="*/15 * * * *")
@app.task(name="platform.refresh_analytics", queueing_lock="platform.refresh_analytics")
def refresh_analytics(timestamp: int) -> None:
    """Refresh the figures of the analytics. The job fails if a view fails. The console shows the error of each view."""
    failed = [name for name, outcome in refresh.refresh(refresh.views()) if outcome == "failed"]
    if failed:
        raise RuntimeError(f"Analytics were not refreshed: {', '.join(failed)}")
