"""Background jobs of operations."""

import logging

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from aira.ops import archive
from aira.ops.archive_files import ArchiveError

log = logging.getLogger("aira.ops")


@app.periodic(cron="51 4 * * *")
@app.task(name="ops.archive", queueing_lock="ops.archive")
def archive_months(timestamp: int) -> None:
    """Where there is no ARCHIVE_DIR, old months stay in the database: a worker's own disk may not last."""
    if settings.ARCHIVE_DIR is None:
        return
    refused = []
    for month, outcome in archive.archive_due(timezone.now().date()):
        if isinstance(outcome, ArchiveError):
            refused.append(outcome)
        else:
            log.info("archived %s, %s rows", month, outcome.rows)
    if refused:
        # Shows among the console's jobs.
        raise ExceptionGroup("months are not archived", refused)
