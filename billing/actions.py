"""Actions of staff and tools with money, as the role console.

The database enforces the rules. It raises DatabaseError with the name of the constraint.
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
    """Set the status of all transactions atomically. Return their number.

    Completing a transaction posts it to the ledger. Idempotent.
    """
    return transactions.update(status=status)


class SecondPersonRequired(Refused):
    """One person alone may not move more than SECOND_PERSON_ABOVE."""

    kind = "second_person_required"
    status = 403

    def __init__(self, amount: Decimal, currency: str, called: str = "Refunds of this transaction") -> None:
        super().__init__(
            f"{called} would add up to {amount} {currency}. Above {second_person_above(currency)} {currency}, a second "
            "member of staff must approve. Request it in the console, on the page of the transaction or the wallet."
        )


def by_one_person(kind: str, amount: Decimal, currency: str, payment_intent: str | None) -> None:
    """Check that one person may record this transaction.

    A credit without a payment is money by hand.

    Raises:
        SecondPersonRequired: The credit is above the limit.
    """
    if kind == TransactionType.CREDIT and not payment_intent:
        require_one_person_may(amount, currency, "A top-up")


def require_one_person_may(amount: Decimal, currency: str, called: str) -> None:
    """Check that one person may move this amount by hand.

    Args:
        amount: In `currency`.
        currency: USD or INR.
        called: The action that the message names.

    Raises:
        SecondPersonRequired: The amount is above the limit.
    """
    if needs_second_person(amount, currency):
        raise SecondPersonRequired(amount, currency, called)


class NotAHold(Refused):
    """Only a hold can be completed with another amount."""

    kind = "not_a_hold"


@transaction.atomic
def complete(*, transaction_id: UUID, amount: Decimal | None = None) -> None:
    """Post a transaction to the ledger. Idempotent.

    Args:
        transaction_id: A pending or failed transaction.
        amount: The amount to capture of a hold, in its currency. None means all of it.

    Raises:
        NotAHold: The amount differs, and the transaction is not a hold.
        SecondPersonRequired: It is a large credit without a payment.
    """
    # Lock the row, so that the checked values are the posted values.
    row = Transaction.objects.select_for_update(of=("self",)).filter(pk=transaction_id).first()
    if row and row.status in (TransactionStatus.PENDING, TransactionStatus.FAILED):
        if amount not in (None, row.amount) and not row.hold:
            raise NotAHold(
                f"The {row.type} of {row.amount} {row.currency} is not a hold, so it can't be completed for {amount}. "
                "Leave the amount out."
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
    """Refund part of a completed transaction, or all that is left.

    Args:
        transaction_id: The transaction.
        amount: In its currency. None means all that is left.
        reason: Stored with the refund.
        key: Idempotency key. A repeated key refunds once.
        approved: Whether a second person approved it.

    Raises:
        SecondPersonRequired: All refunds together are above the limit, and nobody approved them.
    """
    known = key is not None and Refund.objects.filter(transaction_id=transaction_id, idempotency_key=key).exists()
    # Lock the row, so that two partial refunds at the same moment are added up.
    row = Transaction.objects.select_for_update(of=("self",)).filter(pk=transaction_id).first()
    if row and not approved and not known:
        total = row.amount if amount is None else row.refunded_amount + amount
        # The database refuses more than the whole amount. A second person couldn't approve it either.
        if total <= row.amount and needs_second_person(total, row.currency):
            raise SecondPersonRequired(total, row.currency)
    rows("select from public.refund_transaction(%s, %s, %s, %s)", transaction_id, amount, reason, key)


@transaction.atomic
def dispute(
    *, transaction_id: UUID, amount: Decimal | None = None, reason: str | None = None, key: str | None = None
) -> None:
    """Record that the customer's bank took a payment back. If the wallet has less, the account owes the rest.

    Args:
        transaction_id: A completed credit.
        amount: In its currency. None means all that is left.
        reason: Stored with the dispute.
        key: Idempotency key, or the provider's id of the dispute.
    """
    rows("select from public.dispute_transaction(%s, %s, %s, %s)", transaction_id, amount, reason, key)


def owed(*, transaction_id: UUID) -> Decimal:
    """Return the part of the disputes of a credit that its wallet could not pay, in its currency."""
    [[amount]] = rows("select private.owed_of(%s)", transaction_id)
    return Decimal(amount)


@transaction.atomic
def record(
    *, user: UUID, kind: str, amount: Decimal, currency: str, status: str = "pending", description: str | None = None,
    metadata: Any = None, stripe_payment_intent_id: str | None = None, business_number: UUID | None = None,
    idempotency_key: str | None = None, hold: bool = False, expires_at: datetime | None = None, approved: bool = False,
) -> UUID:  # fmt: skip
    """Record a transaction once, however often it is sent with the same key. Return its id.

    `kind` is credit or debit. `approved` tells whether a second person approved it.

    Raises:
        SecondPersonRequired: It is a large completed credit without a payment, and nobody approved it.
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
        currency: USD or INR.
        reason: Becomes the transaction's description.
        key: Idempotency key. The same key and content adjust once.
        corrects: The transaction whose posting is corrected. It is stored in the metadata.
        approved: Whether a second person approved it.

    Returns:
        The id of the new transaction.

    Raises:
        SecondPersonRequired: The amount is above SECOND_PERSON_ABOVE and nobody approved it.
    """
    if not approved:
        require_one_person_may(amount, currency, "A top-up" if kind == TransactionType.CREDIT else "An adjustment")
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
    """A period of a wallet. The entries are in their order, with amounts as text in `currency`."""

    currency: str
    opening_balance: Decimal
    entries: list[dict[str, Any]]
    closing_balance: Decimal


@transaction.atomic
def statement(*, user: UUID, start: datetime, end: datetime, currency: str) -> Statement:
    """Return the statement of a wallet from start (included) to end (excluded)."""
    query = "select opening_balance, entries::text, closing_balance from public.wallet_statement(%s, %s, %s, %s)"
    [[opening, entries, closing]] = rows(query, user, start, end, currency)
    return Statement(currency, opening, json.loads(entries, parse_float=str), closing)


@dataclass(frozen=True)
class LedgerProblem:
    """A contradiction that the ledger proof found.

    Attributes:
        problem: Kind of the contradiction.
        subject: Id of the wallet, transaction or payment.
        detail: The values that differ.
    """

    problem: str
    subject: str
    detail: str


def ledger_problems(accounts: list[UUID] | None = None) -> list[LedgerProblem]:
    """Run the ledger proof in one snapshot. Return the contradictions of these accounts, or of all for None."""
    query = "select problem, subject, detail from private.ledger_problems(%s::uuid[])"
    return [LedgerProblem(*row) for row in rows(query, accounts)]
