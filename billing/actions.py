"""What staff and tools do with money: transitions, and the functions of the contract, called as the role console.

The rules are the database's: it refuses with the constraint's name, as DatabaseError.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from psycopg.types.json import Jsonb

from aira.schema.errors import Refused
from aira.schema.sql_calls import rows
from billing.approval_limits import needs_second_person, second_person_above
from billing.models import Refund, Transaction, TransactionStatus, TransactionType


@transaction.atomic
def move(*, transactions: QuerySet[Transaction], status: TransactionStatus) -> int:
    """To completed, failed or pending, all or none; how many. Completing posts to the ledger; again is harmless."""
    return transactions.update(status=status)


class SecondPersonRequired(Refused):
    """More than SECOND_PERSON_ABOVE: one person alone may not."""

    kind = "second_person_required"
    status = 403

    def __init__(self, amount: Decimal, currency: str, what: str = "Refunds of this transaction") -> None:
        super().__init__(
            f"{what} would come to {amount} {currency}: above {second_person_above(currency)} {currency} a second "
            "member of staff has to approve. Ask for it in the console, at the transaction or the wallet."
        )


def by_one_person(kind: str, amount: Decimal, currency: str, payment_intent: str | None) -> None:
    """Check a credit without a payment behind it: it is money by hand. Raises SecondPersonRequired for much of it."""
    if kind == TransactionType.CREDIT and not payment_intent:
        by_hand_alone(amount, currency, "A top-up")


def by_hand_alone(amount: Decimal, currency: str, what: str) -> None:
    """Raises SecondPersonRequired above the limit of what one person may move by hand."""
    if needs_second_person(amount, currency):
        raise SecondPersonRequired(amount, currency, what)


class NotAHold(Refused):
    """Part of it was to be taken, and it reserves nothing: it is completed as it was recorded."""

    kind = "not_a_hold"


@transaction.atomic
def complete(*, transaction_id: UUID, amount: Decimal | None = None) -> None:
    """Posts one to the ledger; again is harmless. amount: how much of a hold is taken, in its currency.

    Raises SecondPersonRequired, and NotAHold for another amount than was recorded.
    """
    # Locked: what is looked at is what is posted.
    row = Transaction.objects.select_for_update(of=("self",)).filter(pk=transaction_id).first()
    if row and row.status in (TransactionStatus.PENDING, TransactionStatus.FAILED):
        if amount not in (None, row.amount) and not row.hold:
            raise NotAHold(
                f"It is a {row.type} of {row.amount} {row.currency} and no hold: complete it without an amount."
            )
        by_one_person(row.type, row.amount, row.currency, row.stripe_payment_intent_id)
    values: dict[str, Any] = {"status": TransactionStatus.COMPLETED}
    if amount is not None:
        values["amount"] = amount
    Transaction.objects.filter(pk=transaction_id).update(**values)


@transaction.atomic
def refund(
    *,
    transaction_id: UUID,
    amount: Decimal | None = None,
    reason: str | None = None,
    key: str | None = None,
    approved: bool = False,
) -> None:
    """Gives back part of a completed one, or all that is left. amount: in its own currency; key: refunds once.

    approved: by a second person; else raises SecondPersonRequired where one is needed.
    """
    known = key is not None and Refund.objects.filter(transaction_id=transaction_id, idempotency_key=key).exists()
    # Locked: two parts at the same moment are seen together.
    row = Transaction.objects.select_for_update(of=("self",)).filter(pk=transaction_id).first()
    if row and not approved and not known:
        total = row.amount if amount is None else row.refunded_amount + amount
        if needs_second_person(total, row.currency):
            raise SecondPersonRequired(total, row.currency)
    rows("select from public.refund_transaction(%s, %s, %s, %s)", transaction_id, amount, reason, key)


@transaction.atomic
def dispute(
    *, transaction_id: UUID, amount: Decimal | None = None, reason: str | None = None, key: str | None = None
) -> None:
    """The customer's bank takes a payment back: what the wallet lacks is owed. amount: in its own currency."""
    rows("select from public.dispute_transaction(%s, %s, %s, %s)", transaction_id, amount, reason, key)


def owed(*, transaction_id: UUID) -> Decimal:
    """What disputes of a credit have taken that its wallet did not have, in its currency."""
    [[amount]] = rows("select private.owed_of(%s)", transaction_id)
    return Decimal(amount)


@transaction.atomic
def record(
    *, user: UUID, kind: str, amount: Decimal, currency: str, status: str = "pending", description: str | None = None,
    metadata: Any = None, stripe_payment_intent_id: str | None = None, business_number: UUID | None = None,
    idempotency_key: str | None = None, hold: bool = False, expires_at: datetime | None = None, approved: bool = False,
) -> UUID:  # fmt: skip
    """Records a transaction once, however often it is sent with the same key; its id. kind: credit or debit.

    approved: by a second person; else raises SecondPersonRequired where one is needed.
    """
    if status == TransactionStatus.COMPLETED and not approved:
        by_one_person(kind, amount, currency, stripe_payment_intent_id)
    [row] = rows(
        "select id from public.record_transaction(%s, %s::public.transaction_type, %s, %s,"
        " %s::public.transaction_status, %s, %s, %s, %s, %s, %s, %s)",
        user, kind, amount, currency, status, description, None if metadata is None else Jsonb(metadata),
        stripe_payment_intent_id, business_number, idempotency_key, hold, expires_at,
    )  # fmt: skip
    return row[0]


@transaction.atomic
def adjust(
    *, user: UUID, kind: str, amount: Decimal, currency: str, reason: str, key: str | None,
    corrects: UUID | None = None, approved: bool = False,
) -> UUID:  # fmt: skip
    """Record an adjustment: a completed credit or debit by hand, without a payment or a charge behind it.

    Args:
        user: The account whose wallet is adjusted.
        kind: credit adds to the wallet, debit takes from it.
        amount: In `currency`.
        reason: Becomes the transaction's description.
        key: Sent again with the same content, it adjusts once.
        corrects: The transaction whose posting is corrected, kept in the metadata.
        approved: Whether a second person approved it.

    Returns:
        The id of the new transaction.

    Raises:
        SecondPersonRequired: The amount is above SECOND_PERSON_ABOVE and nobody approved it.
    """
    if not approved:
        by_hand_alone(amount, currency, "A top-up" if kind == TransactionType.CREDIT else "An adjustment")
    return record(
        user=user,
        kind=kind,
        amount=amount,
        currency=currency,
        status="completed",
        description=reason,
        metadata={"adjustment": True} | ({"corrects": str(corrects)} if corrects else {}),
        idempotency_key=key,
        approved=True,
    )


@dataclass(frozen=True)
class Statement:
    """entries: in their order, amounts as text; all in `currency`."""

    currency: str
    opening_balance: Decimal
    entries: list[dict[str, Any]]
    closing_balance: Decimal


@transaction.atomic
def statement(*, user: UUID, start: datetime, end: datetime, currency: str) -> Statement:
    """What happened to a wallet from start (included) to end (not)."""
    query = "select opening_balance, entries::text, closing_balance from public.wallet_statement(%s, %s, %s, %s)"
    [[opening, entries, closing]] = rows(query, user, start, end, currency)
    return Statement(currency, opening, json.loads(entries, parse_float=str), closing)


@dataclass(frozen=True)
class LedgerProblem:
    """subject: the id of what it is about; detail: how it shows."""

    problem: str
    subject: str
    detail: str


def ledger_problems(accounts: list[UUID] | None = None) -> list[LedgerProblem]:
    """The ledger's proof, in one snapshot: empty when all is well. accounts: those to look at; all when None."""
    query = "select problem, subject, detail from private.ledger_problems(%s::uuid[])"
    return [LedgerProblem(*row) for row in rows(query, accounts)]
