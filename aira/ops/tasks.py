"""Define the background jobs of operations."""

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
    """Archive due months. Without ARCHIVE_DIR they stay in the database, since a worker's own disk may not last."""
    if settings.ARCHIVE_DIR is None:
        return
    refused = []
    for month, outcome in archive.archive_due(timezone.now().date()):
        if isinstance(outcome, ArchiveError):
            refused.append(outcome)
        else:
            log.info("archived %s, %s rows", month, outcome.rows)
    if refused:
        # The error makes the job fail, which the console shows.
        raise ExceptionGroup("months were not archived", refused)


@app.periodic(cron="23 2 * * *")
@app.task(name="ops.integrity", queueing_lock="ops.integrity")
def prove_integrity(timestamp: int) -> None:
    """Run the integrity checks. The job fails if there are faults, so that the console shows it."""
    report = integrity.inspect()
    integrity.record(report)
    for fault in report.faults:
        log.error("integrity: %s", fault)
    for name, why in report.not_looked_at.items():
        log.warning("integrity: not checked: %s: %s", name, why)
    if report.faults:
        raise RuntimeError(f"Integrity check failed: {len(report.faults)} violations.")
