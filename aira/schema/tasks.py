"""Define the background jobs of the base."""

import logging

from django.conf import settings
from procrastinate.contrib.django import app

from aira.schema import partitions, trash

log = logging.getLogger("aira.platform")


@app.periodic(cron="7 4 * * *")
@app.task(name="platform.add_partitions", queueing_lock="platform.add_partitions")
def add_partitions(timestamp: int) -> None:
    """Add missing partitions of large tables. The job fails if one is missing, three months before it is needed."""
    partitions.add_missing()
    if missing := partitions.problems():
        raise RuntimeError("; ".join(missing))


@app.periodic(cron="23 3 * * *")
@app.task(name="platform.purge_trash", queueing_lock="platform.purge_trash")
def purge_trash(timestamp: int) -> None:
    """Purge the trash. A killed job has removed whole batches, and the next run continues."""
    for model in trash.trashable():
        if removed := trash.purge(model, settings.TRASH_RETENTION):
            log.info("removed %s %s from the trash", removed, model._meta.verbose_name_plural)
