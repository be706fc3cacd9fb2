"""Approval by a second person for refunds and adjustments above SECOND_PERSON_ABOVE."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from aira.audit.actor import set_reason
from aira.schema.errors import Refused
from billing import actions
from billing.models import ApprovalRequest, Transaction, TransactionType


class Undecided(Refused):
    """Somebody else has already decided the request."""


class OtherRequest(Refused):
    """The idempotency key was used for another request."""

    kind = "idempotency_key_reused"


@transaction.atomic
def refund(*, transaction_id: UUID, amount: Decimal, reason: str, key: str) -> ApprovalRequest | None:
    """Refund, or create an approval request if a second person must approve.

    Args:
        transaction_id: The transaction.
        amount: In its currency.
        reason: Shown to the second person.
        key: Idempotency key. A repeated key refunds or requests once.

    Returns:
        The approval request, or None if the money was refunded.
    """
    try:
        with transaction.atomic():
            actions.refund(transaction_id=transaction_id, amount=amount, reason=reason, key=key)
    except actions.SecondPersonRequired:
        row = Transaction.objects.get(pk=transaction_id)
        return ask(
            key, kind=ApprovalRequest.Kind.REFUND, user_id=row.user_id, transaction_id=row.pk, amount=amount,
            currency=row.currency, reason=reason,
        )  # fmt: skip
    return None


@transaction.atomic
def adjust(
    *, user: UUID, kind: str, amount: Decimal, currency: str, reason: str, key: str, corrects: UUID | None = None
) -> ApprovalRequest | None:
    """Adjust a wallet, or create an approval request if a second person must approve.

    The arguments are those of `actions.adjust`.

    Returns:
        The approval request, or None if the wallet was adjusted.
    """
    try:
        actions.adjust(
            user=user, kind=kind, amount=amount, currency=currency, reason=reason, key=key, corrects=corrects
        )
    except actions.SecondPersonRequired:
        asked = ApprovalRequest.Kind.TOP_UP if kind == TransactionType.CREDIT else ApprovalRequest.Kind.TAKE
        return ask(
            key, kind=asked, user_id=user, transaction_id=corrects, amount=amount, currency=currency, reason=reason
        )
    return None


def ask(key: str, **wanted: Any) -> ApprovalRequest:
    """Create an approval request, or return the one with the same key.

    Raises:
        OtherRequest: The key was used with other values.
    """
    found, made = ApprovalRequest.objects.get_or_create(idempotency_key=key, defaults=wanted)
    if not made and any(getattr(found, name) != value for name, value in wanted.items()):
        raise OtherRequest(f"The key {key!r} was used for a {found}. Use a new key for a new request.")
    return found


@transaction.atomic
def approve(*, request: UUID) -> None:
    """Approve a request and carry it out, once, in the same transaction.

    Raises:
        Undecided: Somebody else has already decided it.
    """
    row = decide(request, approved=True)
    set_reason(row.reason)
    if row.kind == ApprovalRequest.Kind.REFUND and row.transaction_id:
        actions.refund(
            transaction_id=row.transaction_id,
            amount=row.amount,
            reason=row.reason,
            key=f"approval:{row.pk}",
            approved=True,
        )
    else:
        actions.adjust(
            user=row.user_id,
            kind=TransactionType.CREDIT if row.kind == ApprovalRequest.Kind.TOP_UP else TransactionType.DEBIT,
            corrects=row.transaction_id,
            amount=row.amount,
            currency=row.currency,
            reason=row.reason,
            key=f"approval:{row.pk}",
            approved=True,
        )


@transaction.atomic
def decline(*, request: UUID) -> None:
    """Decline a request. No money moves.

    Raises:
        Undecided: Somebody else has already decided it.
    """
    decide(request, approved=False)


def decide(request: UUID, *, approved: bool) -> ApprovalRequest:
    """Record the decision and return the request.

    Raises:
        Undecided: Somebody else has already decided it.
    """
    # One statement, so that only one of two people at the same moment decides.
    if not ApprovalRequest.objects.filter(pk=request, decided_at=None).update(approved=approved):
        raise Undecided("Somebody else has already decided this request. Reload the page to see the decision.")
    return ApprovalRequest.objects.get(pk=request)
