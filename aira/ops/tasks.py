"""Define the background jobs of operations."""

import logging

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from aira.audit.models import Anchor
from aira.ops import archive, integrity
from aira.ops.anchors import AnchorError, sending, statement
from aira.ops.archive_files import ArchiveError
from aira.ops.statistics import snapshot

log = logging.getLogger("aira.ops")


@app.periodic(cron="51 4 * * *")
@app.task(name="ops.archive", queueing_lock="ops.archive")
def archive_months(timestamp: int) -> None:
    """Archive the months that are due. Without ARCHIVE_DIR they stay: a worker's own disk may not last."""
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


@app.periodic(cron="*/15 * * * *")
@app.task(name="ops.seal_audit", queueing_lock="ops.seal_audit")
def seal_audit(timestamp: int) -> None:
    """Seal the audit events of the last quarter of an hour. A later run seals what a long transaction delays."""
    if statement.seal() is None:
        log.warning("The audit was not sealed, since a transaction did not end. The next run tries again")


@app.periodic(cron="17 * * * *")
@app.task(name="ops.anchor", queueing_lock="ops.anchor")
def anchor(timestamp: int) -> None:
    """Sign an anchor of ledger and audit once a day, and send unsent ones. Without ANCHOR_KEY it does nothing."""
    if settings.ANCHOR_KEY is None:
        return
    newest = Anchor.objects.first()
    if newest is None or newest.at.date() < timezone.now().date():
        statement.make()
    refused = [outcome for _, outcome in sending.send() if isinstance(outcome, AnchorError)]
    if refused:
        # The error makes the job fail, which the console shows.
        raise ExceptionGroup("anchors were not sent", refused)


@app.periodic(cron="7-59/15 * * * *")
@app.task(name="ops.statistics", queueing_lock="ops.statistics")
def take_statistics(timestamp: int) -> None:
    """Store what statements used in the last quarter of an hour, today's sizes, and which indexes were used."""
    if problem := snapshot.take():
        # The database works without these figures, so the job succeeds. The console and the doctor report it, too.
        log.warning("Statements are not counted. %s", problem)


@app.periodic(cron="* * * * *")
@app.task(name="ops.lock_waits", queueing_lock="ops.lock_waits")
def sample_lock_waits(timestamp: int) -> None:
    """Store the sessions that wait for a lock now."""
    snapshot.sample_lock_waits()


@app.task(name="ops.backup", queueing_lock="ops.backup")
def back_up(timestamp: int) -> None:
    """Make a backup. The job fails if it does, so that the console shows it."""
    call_command("backup", driver=settings.BACKUP_DRIVER)


@app.task(name="ops.restore_drill", queueing_lock="ops.restore_drill")
def drill(timestamp: int) -> None:
    """Try to restore the newest backup. The job fails if the backup is not reliable."""
    call_command("restore_drill", driver=settings.BACKUP_DRIVER)


for job, when in ((back_up, settings.BACKUP_SCHEDULE), (drill, settings.DRILL_SCHEDULE)):
    if when is not None:
        app.periodic(cron=when)(job)
