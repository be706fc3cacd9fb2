"""Background jobs of operations."""

import logging

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from aira.ops import archive, integrity
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


@app.periodic(cron="23 2 * * *")
@app.task(name="ops.integrity", queueing_lock="ops.integrity")
def prove_integrity(timestamp: int) -> None:
    """Fails, and so shows among the console's jobs, when something is not as its rules say."""
    report = integrity.inspect()
    integrity.record(report)
    for fault in report.faults:
        log.error("integrity: %s", fault)
    for name, why in report.not_looked_at.items():
        log.warning("integrity: not looked at: %s: %s", name, why)
    if report.faults:
        raise RuntimeError(f"{len(report.faults)} things are not as their rules say")
