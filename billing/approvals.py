"""Two people for much money: to refund or top up more than SECOND_PERSON_ABOVE, one asks and somebody else decides."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from aira.db.actor import because
from aira.db.errors import Refused
from billing import actions
from billing.models import ApprovalRequest, Transaction


class Undecided(Refused):
    """Somebody else decided first."""


@transaction.atomic
def refund(
    *, transaction_id: UUID, amount: Decimal | None, reason: str, key: str | None = None
) -> ApprovalRequest | None:
    """Refunds, or asks for a second person and gives the request. amount: all that is left when None."""
    try:
        with transaction.atomic():
            actions.refund(transaction_id=transaction_id, amount=amount, reason=reason, key=key)
    except actions.SecondPersonRequired:
        row = Transaction.objects.get(pk=transaction_id)
        return ApprovalRequest.objects.create(
            kind=ApprovalRequest.Kind.REFUND,
            user_id=row.user_id,
            transaction=row,
            amount=amount or row.amount - row.refunded_amount,
            currency=row.currency,
            reason=reason,
        )
    return None


@transaction.atomic
def top_up(*, user: UUID, amount: Decimal, currency: str, reason: str, key: str) -> ApprovalRequest | None:
    """Adds to a wallet, or asks for a second person and gives the request. key: sent again, it adds once."""
    try:
        actions.top_up(user=user, amount=amount, currency=currency, reason=reason, key=key)
    except actions.SecondPersonRequired:
        return ApprovalRequest.objects.create(
            kind=ApprovalRequest.Kind.TOP_UP, user_id=user, amount=amount, currency=currency, reason=reason
        )
    return None


@transaction.atomic
def approve(*, request: UUID) -> None:
    """Does what was asked for, once, in the same transaction. Raises Undecided; the database may refuse."""
    row = decide(request, approved=True)
    because(row.reason)
    if row.transaction_id:
        actions.refund(
            transaction_id=row.transaction_id,
            amount=row.amount,
            reason=row.reason,
            key=f"approval:{row.pk}",
            approved=True,
        )
    else:
        actions.top_up(
            user=row.user_id,
            amount=row.amount,
            currency=row.currency,
            reason=row.reason,
            key=f"approval:{row.pk}",
            approved=True,
        )


@transaction.atomic
def decline(*, request: UUID) -> None:
    """Nothing moves. Raises Undecided."""
    decide(request, approved=False)


def decide(request: UUID, *, approved: bool) -> ApprovalRequest:
    # One statement: of two people at the same moment one finds it decided.
    if not ApprovalRequest.objects.filter(pk=request, decided_at=None).update(approved=approved):
        raise Undecided("Somebody else decided on it already.")
    return ApprovalRequest.objects.get(pk=request)
