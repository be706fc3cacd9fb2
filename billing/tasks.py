"""Background jobs of billing."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent

from billing import payments, stripe_events
from billing.actions import ledger_problems
from billing.models import Transaction, TransactionStatus, Wallet

log = logging.getLogger("aira.billing")

# A wallet's updated_at is the beginning of its database transaction. The proof of each minute includes transactions up
# to this long. The nightly proof includes all.
TOUCHED = timedelta(minutes=5)


@app.periodic(cron="* * * * *")
@app.task(name="billing.release_expired_holds", queueing_lock="billing.release_expired_holds")
def release_expired_holds(timestamp: int) -> None:
    """Release the holds that have expired. They are set to failed, and the trigger releases their money."""
    expired = Transaction.objects.filter(hold=True, status=TransactionStatus.PENDING, expires_at__lte=timezone.now())
    released = expired.update(status=TransactionStatus.FAILED)
    if released:
        log.info("released %s expired holds", released)


@app.task(name="billing.apply_stripe_event")
def apply_stripe_event(event: str) -> None:
    """Apply one event of Stripe. An event that the database refuses stays open for `apply_open_stripe_events`."""
    stripe_events.apply(event)


@app.periodic(cron="* * * * *")
@app.task(name="billing.apply_open_stripe_events", queueing_lock="billing.apply_open_stripe_events")
def apply_open_stripe_events(timestamp: int) -> None:
    """Apply events of Stripe whose job was lost or refused, in the order in which they were received."""
    for event in stripe_events.open_events(before=timezone.now() - timedelta(minutes=1)):
        stripe_events.apply(event)


@app.periodic(cron="* * * * *")
@app.task(name="billing.retry_payments", queueing_lock="billing.retry_payments")
def retry_payments(timestamp: int) -> None:
    """Apply payment facts that could not be applied on arrival, and let stopped wallets pay what they can."""
    payments.retry_unsettled()
    payments.settle_debts()


@app.periodic(cron="53 3 * * *")
@app.task(name="billing.forget_stripe_events", queueing_lock="billing.forget_stripe_events")
def forget_stripe_events(timestamp: int) -> None:
    """Remove events of Stripe that were applied long ago. The facts that they reported stay."""
    stripe_events.forget(before=timezone.now() - settings.DELIVERY_RETENTION)


@app.periodic(cron="* * * * *")
@app.task(name="billing.prove_touched_wallets", queueing_lock="billing.prove_touched_wallets")
def prove_touched_wallets(timestamp: int) -> None:
    """Prove the wallets that changed since the latest proof began. That may be long ago."""
    since = (began() or timezone.now()) - TOUCHED
    prove(list(Wallet.objects.filter(updated_at__gte=since).values_list("user_id", flat=True)))


def began() -> datetime | None:
    """Return when the latest finished proof of touched wallets began, whatever its result."""
    ended = ProcrastinateEvent.objects.filter(
        job__task_name="billing.prove_touched_wallets", job__status__in=("succeeded", "failed"), type="started"
    )
    return ended.order_by("-id").values_list("at", flat=True).first()


@app.periodic(cron="41 2 * * *")
@app.task(name="billing.prove_ledger", queueing_lock="billing.prove_ledger")
def prove_ledger(timestamp: int) -> None:
    """Prove the whole ledger."""
    prove(None)


def prove(accounts: list[UUID] | None) -> None:
    """Run the ledger proof. Fail the job if it finds contradictions, so that the console shows them.

    Raises:
        RuntimeError: The proof found contradictions, which the log lists.
    """
    problems = ledger_problems(accounts)
    if problems:
        for found in problems:
            log.error("ledger: %s %s: %s", found.problem, found.subject, found.detail)
        raise RuntimeError(
            f"The ledger proof found {len(problems)} contradictions. Open the ledger proof in the console."
        )
