"""Define the background jobs of the events."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from aira.schema.sql_calls import rows
from aira.schema.trash import BATCH

KEPT = timedelta(days=30)


@app.periodic(cron="47 3 * * *")
@app.task(name="platform.purge_events", queueing_lock="platform.purge_events")
def purge_events(timestamp: int) -> None:
    """Delete old events."""
    before = timezone.now() - KEPT
    while rows("select private.purge_events(%s, %s)", before, BATCH)[0][0] == BATCH:
        pass
