"""Define the background jobs of the outbox."""

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from aira.schema.sql_calls import in_batches
from aira.schema.trash import BATCH


@app.periodic(cron="37 3 * * *")
@app.task(name="platform.purge_deliveries", queueing_lock="platform.purge_deliveries")
def purge_deliveries(timestamp: int) -> None:
    """Delete webhooks that were delivered long ago."""
    before = timezone.now() - settings.DELIVERY_RETENTION
    in_batches("select private.purge_deliveries(%s, %s)", before, most=BATCH)
