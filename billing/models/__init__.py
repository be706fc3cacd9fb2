"""Tables of billing: the ledger and what is posted to it, and what payment providers report."""

from billing.models.ledger import (
    LARGEST,
    ApprovalRequest,
    Currency,
    LedgerEntry,
    Money,
    Refund,
    Transaction,
    TransactionStatus,
    TransactionType,
    Wallet,
)
from billing.models.payments import Payment, PaymentFact, StripeEvent

__all__ = [
    "LARGEST",
    "ApprovalRequest",
    "Currency",
    "LedgerEntry",
    "Money",
    "Payment",
    "PaymentFact",
    "Refund",
    "StripeEvent",
    "Transaction",
    "TransactionStatus",
    "TransactionType",
    "Wallet",
]
