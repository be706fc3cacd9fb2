"""Look at what runs beside the site: worker, services, mail, staff, backups and anchors."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import get_connection

from aira.audit.models import Anchor
from aira.ops import health as checks
from aira.ops.backup import BackupError, encryption
from aira.ops.doctor.findings import MISSING, WRONG, Finding
from aira.ops.models import Backup, RestoreDrill, WorkerProcess
from aira.ops.statistics.snapshot import why_hidden, why_not_counted
from aira.outbox.missing_settings import missing
from aira.outbox.models import ServiceEndpoint

WORKER = ("workers", "periodic_jobs", "clock")
# Parts that have steps of their own.
ELSEWHERE = (*WORKER, "settings", "backup_age", "drill_age", "anchors")


def worker() -> Iterator[Finding]:
    """Look for the worker's processes."""
    if not WorkerProcess.objects.using("direct").exists():
        yield Finding(
            MISSING, "No worker ever ran. Webhooks, jobs, holds and seals wait for it.", "Start manage.py worker."
        )
    yield from of_health(WORKER)


def services() -> Iterator[Finding]:
    """Look for addresses and secrets of the other services."""
    known = dict(ServiceEndpoint.objects.using("direct").values_list("name", "base_url"))
    for one in missing(known):
        yield Finding(MISSING, f"{one.consequence}.", one.todo)


def mail() -> Iterator[Finding]:
    """Connect to the mail server, if one is set."""
    if not settings.MAIL:
        yield Finding(
            MISSING,
            "EMAIL_URL is not set. Invitations show a link, and nobody can reset a forgotten password.",
            "Set EMAIL_URL and EMAIL_FROM.",
        )
        return
    try:
        with get_connection() as connection:
            connection.open()
    # The network, the name server and the mail server each raise errors of their own.
    except Exception as error:
        yield Finding(WRONG, f"The mail server refuses: {type(error).__name__}: {error}.", "Correct EMAIL_URL.")


def staff() -> Iterator[Finding]:
    """Look for somebody who can log in and invite the others."""
    superusers = get_user_model()._default_manager.using("direct").filter(is_superuser=True, is_active=True)
    if not superusers.exists():
        yield Finding(
            MISSING, "No active superuser exists, so staff can't be managed.", "Run manage.py createsuperuser."
        )
    elif settings.SECOND_FACTOR and not superusers.exclude(second_factor_at=None).exists():
        yield Finding(MISSING, "No superuser has set up a second factor.", "Log in to the console, which asks for it.")


def backups() -> Iterator[Finding]:
    """Look for a backup, and for a drill that restored one."""
    if not Backup.objects.using("direct").exists():
        yield Finding(
            MISSING,
            "No backup is on record.",
            "Set BACKUP_DIR and run manage.py backup. deploy/systemd has a timer for each night.",
        )
    elif not RestoreDrill.objects.using("direct").exists():
        yield Finding(MISSING, "No backup was ever restored in a drill.", "Run manage.py restore_drill.")
    try:
        encryption.check_recipients()
    except BackupError as error:
        text, _, todo = str(error).partition(". ")
        yield Finding(WRONG, f"{text}.", todo)
    yield from of_health(("backup_age", "drill_age", "failed_drill"))


def anchors() -> Iterator[Finding]:
    """Look for a key and for destinations outside of the database."""
    if settings.ANCHOR_KEY is None:
        yield Finding(
            MISSING,
            "ANCHOR_KEY is not set. Nothing outside of the database proves the ledger and the audit.",
            "Run manage.py anchor --new-key, and set ANCHOR_KEY and ANCHOR_TO.",
        )
    elif not settings.ANCHOR_TO:
        yield Finding(
            MISSING,
            "ANCHOR_TO is not set. A superuser can rewrite anchors that are only in the database.",
            "Set ANCHOR_TO to a place outside.",
        )
    elif not Anchor.objects.using("direct").exists():
        yield Finding(MISSING, "No anchor was made yet.", "Run manage.py anchor, or wait for the worker.")


def statistics() -> Iterator[Finding]:
    """Look whether the statistics of all statements can be read."""
    for gap in (why_not_counted(), why_hidden()):
        if gap is not None:
            yield Finding(MISSING, gap.text, gap.todo)


def health() -> Iterator[Finding]:
    """Yield the other problems that dbhealth finds."""
    yield from of_health((), ELSEWHERE)


def of_health(only: tuple[str, ...], leave_out: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield the warnings and critical problems of health checks."""
    for outcome in checks.health("direct", only):
        if outcome.name not in leave_out:
            for problem in outcome.problems:
                if problem.level in ("warn", "critical"):
                    kind = WRONG if problem.level == "critical" else MISSING
                    yield Finding(kind, f"{outcome.title}: {problem.subject}: {problem.detail}.", outcome.hint)
