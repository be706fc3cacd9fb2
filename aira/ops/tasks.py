"""Background jobs of operations."""

import logging

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from aira.ops import archive

log = logging.getLogger("aira.ops")


@app.periodic(cron="51 4 * * *")
@app.task(name="ops.archive", queueing_lock="ops.archive")
def archive_months(timestamp: int) -> None:
    """Where there is no ARCHIVE_DIR, old months stay in the database: a worker's own disk may not last."""
    if settings.ARCHIVE_DIR is None:
        return
    for month in archive.due(timezone.now().date()):
        manifest = archive.archive(month)
        log.info("archived %s, %s rows", month, manifest.rows)
