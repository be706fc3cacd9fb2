"""Tables of billing: wallets, transactions, the ledger, and the reports of payment providers."""

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
