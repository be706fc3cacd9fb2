"""Background jobs of billing."""

import logging

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from billing.models import Transaction, TransactionStatus

log = logging.getLogger("aira.billing")


@app.periodic(cron="* * * * *")
@app.task(name="billing.release_expired_holds", queueing_lock="billing.release_expired_holds")
def release_expired_holds(timestamp: int) -> None:
    """Fails the holds whose time is up; the trigger gives their money free."""
    expired = Transaction.objects.filter(hold=True, status=TransactionStatus.PENDING, expires_at__lte=timezone.now())
    released = expired.update(status=TransactionStatus.FAILED)
    if released:
        log.info("released %s expired holds", released)


@app.periodic(cron="41 2 * * *")
@app.task(name="billing.prove_ledger", queueing_lock="billing.prove_ledger")
def prove_ledger(timestamp: int) -> None:
    """Fails, and so shows in the console's jobs, when the ledger does not prove itself."""
    problems = ledger_problems()
    if problems:
        for problem, subject, detail in problems:
            log.error("ledger: %s %s: %s", problem, subject, detail)
        raise RuntimeError(f"the ledger has {len(problems)} problems")


def ledger_problems() -> list[tuple[str, str, str]]:
    """Problem, what it is about, and how it shows; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute("select problem, subject, detail from private.ledger_problems()")
        return cursor.fetchall()
