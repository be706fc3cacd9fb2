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

from aira.db.functions import rows
from billing.models import Transaction, TransactionStatus


@transaction.atomic
def move(*, transactions: QuerySet[Transaction], status: TransactionStatus) -> int:
    """To completed, failed or pending, all or none; how many. Completing posts to the ledger; again is harmless."""
    return transactions.update(status=status)


@transaction.atomic
def refund(
    *, transaction_id: UUID, amount: Decimal | None = None, reason: str | None = None, key: str | None = None
) -> None:
    """Gives back part of a completed one, or all that is left. amount: in its own currency; key: refunds once."""
    rows("select from public.refund_transaction(%s, %s, %s, %s)", transaction_id, amount, reason, key)


@transaction.atomic
def dispute(
    *, transaction_id: UUID, amount: Decimal | None = None, reason: str | None = None, key: str | None = None
) -> None:
    """The customer's bank takes a payment back: what the wallet lacks is owed. amount: in its own currency."""
    rows("select from public.dispute_transaction(%s, %s, %s, %s)", transaction_id, amount, reason, key)


@transaction.atomic
def record(
    *, user: UUID, kind: str, amount: Decimal, currency: str, status: str = "pending", description: str | None = None,
    metadata: Any = None, stripe_payment_intent_id: str | None = None, business_number: UUID | None = None,
    idempotency_key: str | None = None, hold: bool = False, expires_at: datetime | None = None,
) -> UUID:  # fmt: skip
    """Records a transaction once, however often it is sent with the same key; its id. kind: credit or debit."""
    [row] = rows(
        "select id from public.record_transaction(%s, %s::public.transaction_type, %s, %s,"
        " %s::public.transaction_status, %s, %s, %s, %s, %s, %s, %s)",
        user, kind, amount, currency, status, description, None if metadata is None else Jsonb(metadata),
        stripe_payment_intent_id, business_number, idempotency_key, hold, expires_at,
    )  # fmt: skip
    return row[0]


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
