"""Background jobs of the platform."""

import logging

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from aira.db import analytics, partitions, trash
from aira.db.functions import rows

log = logging.getLogger("aira.platform")


@app.periodic(cron="7 4 * * *")
@app.task(name="platform.add_partitions", queueing_lock="platform.add_partitions")
def add_partitions(timestamp: int) -> None:
    """Fails, and so shows among the jobs, when a partition can't be made; there are three months to act."""
    partitions.add_missing()
    if missing := partitions.problems():
        raise RuntimeError("; ".join(missing))


@app.periodic(cron="23 3 * * *")
@app.task(name="platform.purge_trash", queueing_lock="platform.purge_trash")
def purge_trash(timestamp: int) -> None:
    """Killed half-way, it has removed whole batches; the next run goes on."""
    for model in trash.trashable():
        if removed := trash.purge(model, settings.TRASH_RETENTION):
            log.info("removed %s %s from the trash", removed, model._meta.verbose_name_plural)


@app.periodic(cron="37 3 * * *")
@app.task(name="platform.purge_deliveries", queueing_lock="platform.purge_deliveries")
def purge_deliveries(timestamp: int) -> None:
    """Webhooks that were delivered long ago."""
    before = timezone.now() - settings.DELIVERY_RETENTION
    while rows("select private.purge_deliveries(%s, %s)", before, trash.BATCH)[0][0] == trash.BATCH:
        pass


@app.periodic(cron="*/15 * * * *")
@app.task(name="platform.refresh_analytics", queueing_lock="platform.refresh_analytics")
def refresh_analytics(timestamp: int) -> None:
    """Fails, and so shows among the jobs, when a view could not be computed; the console has each one's error."""
    failed = [name for name, outcome in analytics.refresh(analytics.views()) if outcome == "failed"]
    if failed:
        raise RuntimeError(f"analytics were not refreshed: {', '.join(failed)}")
