"""Actions on payments: apply their facts again, dismiss them, and close disputes by hand."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from aira.schema.errors import Refused
from aira.schema.sql_calls import rows
from billing.models import Payment

UNSETTLED = (Payment.State.WAITING, Payment.State.ATTENTION)


class NothingToDo(Refused):
    """The payment is settled, or somebody else has changed it."""


def unsettled() -> QuerySet[Payment]:
    """Return the payments whose facts do not agree with the ledger."""
    return Payment.objects.filter(state__in=UNSETTLED)


def retry_unsettled(limit: int = 1000) -> int:
    """Apply the facts of unsettled payments again, each in its own transaction.

    Returns:
        The number of payments that are now settled.
    """
    ids = unsettled().order_by("since").values_list("pk", flat=True)[:limit]
    return sum(retry(payment=pk) == Payment.State.SETTLED for pk in list(ids))


@transaction.atomic
def retry(*, payment: str) -> str | None:
    """Apply the facts of one payment again. Return its state, or None if the payment is unknown."""
    [[state]] = rows("select private.retry_payment(%s)", payment)
    return state


@transaction.atomic
def dismiss(*, payment: str) -> None:
    """Stop waiting for a payment. A new report of it is processed again.

    Raises:
        NothingToDo: The payment is not waiting and does not need attention.
    """
    [[done]] = rows("select private.dismiss_payment(%s)", payment)
    if not done:
        raise NothingToDo("The payment is no longer waiting. Reload the page to see its state.")


def settle_debts(limit: int = 1000) -> int:
    """Pay the debts of stopped wallets from their available balance, each in its own transaction.

    Returns:
        The number of accounts.
    """
    found = rows(
        "select distinct d.user_id from private.refunds r join public.transactions d on d.id = r.owed_transaction_id"
        " join public.wallets w on w.user_id = d.user_id"
        " where d.status = 'pending' and w.stopped_by_provider"
        " and (w.balance_usd > w.held_usd or w.balance_inr > w.held_inr) limit %s",
        limit,
    )
    for (user,) in found:
        with transaction.atomic():
            rows("select private.settle_debts_of(%s)", user)
    return len(found)


@transaction.atomic
def close_dispute(*, payment: str, dispute: str, won: bool) -> None:
    """Record the result of a dispute that the provider does not report.

    Raises:
        NothingToDo: The payment has no open dispute of that id.
    """
    found = next((one for one in open_disputes(payment) if one.dispute == dispute), None)
    if found is None:
        raise NothingToDo(f"The payment has no open dispute {dispute}. Reload the page to see its disputes.")
    rows(
        "select * from public.record_dispute(%s, %s, %s, %s, %s)",
        payment, dispute, "won" if won else "lost", found.amount, found.currency,
    )  # fmt: skip


@dataclass(frozen=True)
class Position:
    """Sums of the facts of a payment, in its currency."""

    paid: Decimal
    refunded: Decimal
    disputed: Decimal
    gone: Decimal
    lost: Decimal


def position(payment: str) -> Position:
    """Return the sums of a payment's facts (private.payment_sums)."""
    [found] = rows(
        "select paid, refunded, disputed, gone, lost from private.payment_sums where payment_id = %s", payment
    )
    return Position(*found)


@dataclass(frozen=True)
class OpenDispute:
    """A dispute without a result. `amount` is in `currency`, `due` is the deadline for evidence."""

    payment: str
    dispute: str
    amount: Decimal
    currency: str
    due: datetime | None


def open_disputes(payment: str | None = None) -> list[OpenDispute]:
    """Return the open disputes of one payment, or of all for None. Those with the earliest deadline come first."""
    found = rows(
        "select o.payment_id, o.object_id, o.amount, coalesce(o.currency, t.currency), o.evidence_due_by"
        " from private.payment_objects o join private.payments p on p.id = o.payment_id"
        " left join public.transactions t on t.id = p.transaction_id"
        " where o.kind = 'dispute' and o.state = 'open' and (%s::text is null or o.payment_id = %s)"
        " order by o.evidence_due_by nulls last, o.object_id",
        payment, payment,
    )  # fmt: skip
    return [OpenDispute(*row) for row in found]
