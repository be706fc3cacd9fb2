"""Define the background jobs of the sync."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from aira.schema.sql_calls import in_batches
from aira.schema.trash import BATCH

KEPT = timedelta(days=30)


@app.periodic(cron="53 3 * * *")
@app.task(name="platform.purge_positions", queueing_lock="platform.purge_positions")
def purge_positions(timestamp: int) -> None:
    """Delete the positions of rows that did not change for 30 days."""
    before = timezone.now() - KEPT
    in_batches("select private.purge_positions(%s, %s)", before, most=BATCH)
