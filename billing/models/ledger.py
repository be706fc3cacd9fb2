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


class LedgerEntry(models.Model):
    """The permanent record of one change of a wallet's balance. Only the posting trigger writes it."""

    class Kind(models.TextChoices):
        """Reason of a change of the balance."""

        OPENING = "opening"
        POST = "post"
        REFUND = "refund"
        REINSTATE = "reinstate"
        CLOSE = "close"

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False, help_text="Random id.")
    user = models.ForeignKey(
        Account,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="ledger_entries",
        help_text="The account that owned the money. It may have been deleted: entries stay.",
    )
    wallet = models.ForeignKey(
        Wallet,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="entries",
        help_text="The wallet whose balance changed. It may have been deleted: entries stay.",
    )
    transaction = models.ForeignKey(
        Transaction,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="entries",
        help_text="The transaction that was posted. Empty for opening and closing entries.",
    )
    seq = models.BigIntegerField(help_text="Number of the entry in its wallet, from 1, without gaps.")
    kind = models.TextField(choices=Kind, help_text="opening, post, refund, reinstate or close.")
    currency = models.TextField(choices=Currency, help_text="USD or INR.")
    amount = Money(help_text="Change of the balance. Negative if money was taken.")
    balance_after = Money(help_text="Balance in that currency after the change.")
    contra = models.TextField(
        help_text="The other side of the entry, such as stripe, number, adjustment or account_closed."
    )
    hash = models.BinaryField(help_text="SHA-256 over the entry and the hash of the previous one.")
    created_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="Time of the posting. It rises with seq."
    )
    updated_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="Equal to created_at: an entry never changes."
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
        return f"{self.kind} {self.amount} {self.currency}"
