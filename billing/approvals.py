"""Two people for much money: to refund or adjust more than SECOND_PERSON_ABOVE, one asks and another one decides."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from aira.audit.actor import set_reason
from aira.schema.errors import Refused
from billing import actions
from billing.models import ApprovalRequest, Transaction, TransactionType


class Undecided(Refused):
    """Somebody else decided first."""


class OtherRequest(Refused):
    """The key was used before, for something else."""

    kind = "idempotency_key_reused"


@transaction.atomic
def refund(*, transaction_id: UUID, amount: Decimal, reason: str, key: str) -> ApprovalRequest | None:
    """Refunds, or asks for a second person and gives the request. key: sent again, it refunds or asks once."""
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
    """Adjust a wallet, or ask for a second person and return the request. Arguments: as `actions.adjust` has them."""
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
    """The request, the same one for the same key. Raises OtherRequest."""
    found, made = ApprovalRequest.objects.get_or_create(idempotency_key=key, defaults=wanted)
    if not made and any(getattr(found, name) != value for name, value in wanted.items()):
        raise OtherRequest(f"The key {key!r} was used for a {found}. Use a new key for a new request.")
    return found


@transaction.atomic
def approve(*, request: UUID) -> None:
    """Does what was asked for, once, in the same transaction. Raises Undecided; the database may refuse."""
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
    """Nothing moves. Raises Undecided."""
    decide(request, approved=False)


def decide(request: UUID, *, approved: bool) -> ApprovalRequest:
    # One statement: of two people at the same moment one finds it decided.
    if not ApprovalRequest.objects.filter(pk=request, decided_at=None).update(approved=approved):
        raise Undecided("Somebody else decided on it already.")
    return ApprovalRequest.objects.get(pk=request)
