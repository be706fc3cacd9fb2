"""Store the ledger: one permanent entry for each change of a balance."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from aira.schema.models import Account, Index
from aira.schema.triggers import Trigger
from billing.models.amounts import Currency, Money
from billing.models.transactions import Transaction
from billing.models.wallets import Wallet

# The values of `contra`, in words for people.
OTHER_SIDES = {
    "stripe": "Payment through Stripe",
    "number": "Charge for a phone number",
    "adjustment": "Adjustment by hand",
    "account_closed": "Closed account",
}


class LedgerEntry(models.Model):
    """The permanent record of one change of a wallet's balance. Only the posting trigger writes it."""

    class Kind(models.TextChoices):
        """Reason of a change of the balance."""

        OPENING = "opening", "Opening balance"
        POST = "post", "Transaction"
        REFUND = "refund", "Refund"
        REINSTATE = "reinstate", "Posted again"
        CLOSE = "close", "Wallet closed"

    id = models.UUIDField(
        primary_key=True, db_default=RandomUUID(), editable=False, help_text="Unique id of the entry. It is random."
    )
    user = models.ForeignKey(
        Account,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="ledger_entries",
        verbose_name="owner",
        help_text="The account that owned the money. If the account is deleted, its ledger entries stay.",
    )
    wallet = models.ForeignKey(
        Wallet,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="entries",
        help_text="The wallet whose balance changed. If the wallet is deleted, its ledger entries stay.",
    )
    transaction = models.ForeignKey(
        Transaction,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="entries",
        help_text="The transaction that changed the balance. Empty for opening and closing entries.",
    )
    seq = models.BigIntegerField(
        verbose_name="number", help_text="Number of the entry in its wallet, from 1 on, without gaps."
    )
    kind = models.TextField(
        choices=Kind,
        help_text="Why the balance changed: opening, post (a transaction), refund, reinstate (posted again) or close.",
    )
    currency = models.TextField(choices=Currency, help_text="Currency of the amount: USD or INR.")
    amount = Money(help_text="By how much the balance changed. Negative if money went out.")
    balance_after = Money(help_text="Balance in the currency of the entry after the change.")
    contra = models.TextField(
        verbose_name="other side",
        help_text="Where the money came from or went to, such as stripe, number, adjustment or account_closed.",
    )
    hash = models.BinaryField(
        help_text="SHA-256 of the entry and of the hash of the previous entry. It shows whether an entry was altered."
    )
    created_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="When the entry was written. Entries with higher numbers are later."
    )
    updated_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="The same as the time of creation, since an entry never changes."
    )

    objects: ClassVar = models.Manager["LedgerEntry"]()

    class Meta:
        db_table = "ledger_entries"
        ordering = ["-created_at", "-seq"]
        verbose_name_plural = "ledger entries"
        indexes = [
            # Row security, and wallet_statement: the balance at a time, and the entries of a period.
            Index(name="idx_ledger_entries_statement", fields=["user", "currency", "created_at", "seq"]),
            # Console: the newest rows of all tenants.
            Index(name="idx_ledger_entries_created_at", fields=["-created_at", "-seq"]),
            # Console: a transaction's postings. Ledger proof: the entries of each transaction.
            Index(name="idx_ledger_entries_transaction_id", fields=["transaction"]),
        ]
        constraints = [
            models.UniqueConstraint(name="ledger_entry_seq_once", fields=["wallet", "seq"]),
        ]
        triggers = [
            Trigger(
                name="append_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
                level=pgtrigger.Statement,
                calls="private.refuse_ledger_change()",
            ),
        ]

    def __str__(self) -> str:
        return f"Ledger entry {self.seq}: {self.amount} {self.currency}"

    @property
    def other_side(self) -> str:
        """Where the money came from or went to, in words."""
        return OTHER_SIDES.get(self.contra, self.contra)
