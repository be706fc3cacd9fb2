"""Tables of billing: wallets, transactions, the ledger, and the reports of payment providers."""

from billing.models.amounts import LARGEST, Currency, Money
from billing.models.ledger import LedgerEntry
from billing.models.payments import Payment, PaymentFact, StripeEvent
from billing.models.refunds import ApprovalRequest, Refund
from billing.models.transactions import Transaction, TransactionStatus, TransactionType
from billing.models.wallets import Wallet

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
