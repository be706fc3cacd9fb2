"""Payments at the provider: bring the ledger to their facts again, dismiss them, and close disputes by hand."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from aira.db.errors import Refused
from aira.db.functions import rows
from billing.models import Payment, PaymentFact

UNSETTLED = (Payment.State.WAITING, Payment.State.ATTENTION)


class NothingToDo(Refused):
    """The payment is settled, or somebody else was first."""


def unsettled() -> QuerySet[Payment]:
    """Payments whose facts the ledger does not follow."""
    return Payment.objects.filter(state__in=UNSETTLED)


def retry_unsettled(limit: int = 1000) -> int:
    """Apply the facts of unsettled payments again, each in its own transaction. Return how many are settled now."""
    ids = unsettled().order_by("since").values_list("pk", flat=True)[:limit]
    return sum(retry(payment=pk) == Payment.State.SETTLED for pk in list(ids))


@transaction.atomic
def retry(*, payment: str) -> str | None:
    """Apply the facts of one payment again. Return its state; None for an unknown payment."""
    [[state]] = rows("select private.retry_payment(%s)", payment)
    return state


@transaction.atomic
def dismiss(*, payment: str) -> None:
    """Stop waiting for a payment; a new report of it is looked at again. Raises NothingToDo."""
    [[done]] = rows("select private.dismiss_payment(%s)", payment)
    if not done:
        raise NothingToDo("It does not wait any more. Reload the page to see how it is now.")


def settle_debts(limit: int = 1000) -> int:
    """Let stopped wallets pay what they owe, each in its own transaction. Return how many were looked at."""
    found = rows(
        "select distinct d.user_id from private.refunds r join public.transactions d on d.id = r.owed_transaction_id"
        " join public.wallets w on w.user_id = d.user_id"
        " where d.status = 'pending' and w.stopped_by = 'provider'"
        " and (w.balance_usd > w.held_usd or w.balance_inr > w.held_inr) limit %s",
        limit,
    )
    for (user,) in found:
        with transaction.atomic():
            rows("select private.settle_debts_of(%s)", user)
    return len(found)


@transaction.atomic
def close_dispute(*, payment: str, dispute: str, won: bool) -> None:
    """Record how a dispute ended, where the provider does not report it. Raises NothingToDo for an unknown dispute."""
    fact = PaymentFact.objects.filter(payment_id=payment, kind=PaymentFact.Kind.DISPUTE, object_id=dispute).first()
    if fact is None:
        raise NothingToDo(f"The payment has no dispute {dispute}.")
    rows(
        "select * from public.record_dispute(%s, %s, %s, %s, %s)",
        payment, dispute, "won" if won else "lost", fact.amount, fact.currency,
    )  # fmt: skip


def losses(user: UUID) -> Decimal:
    """Sum up what refunds and disputes above their payments cost the platform, over one account's payments."""
    [[lost]] = rows("select coalesce(sum(lost_amount), 0) from payments where user_id = %s", user)
    return Decimal(lost)
