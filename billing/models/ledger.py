"""Customers' money: wallets, the transactions that services write, and the ledger that they are posted to."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now

from aira.schema import texts
from aira.schema.enums import EnumField
from aira.schema.models import Account, Index, OwnedByAccount, SharedModel
from aira.schema.triggers import Trigger, audited
from telephony.models import BusinessNumber

LARGEST = "99999999.99"


class Currency(models.TextChoices):
    USD = "USD", "USD"
    INR = "INR", "INR"


class TransactionType(models.TextChoices):
    """A credit adds to a wallet, a debit takes from it."""

    CREDIT = "credit"
    DEBIT = "debit"


class TransactionStatus(models.TextChoices):
    """State of a transaction: pending, then completed or failed; completed ones can be refunded."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUNDED = "refunded"


class Money(models.DecimalField):
    """numeric(10,2), in the currency that stands beside it."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_digits": 10, "decimal_places": 2, **kwargs})  # type: ignore[arg-type]


class Wallet(SharedModel):
    """One account's money. The posting trigger alone moves balances; no role may write them."""

    user = models.OneToOneField(
        Account,
        models.DB_CASCADE,
        related_name="wallet",
        db_constraint=False,
        verbose_name="owner",
        help_text="The account that the money belongs to. One wallet an account.",
    )
    balance_usd = Money(
        db_default=0, editable=False, help_text="US dollars, held ones included. Moved by postings alone."
    )
    balance_inr = Money(
        db_default=0, editable=False, help_text="Indian rupees, held ones included. Moved by postings alone."
    )
    held_usd = Money(
        db_default=0, editable=False, help_text="US dollars that pending debits reserve. Set by the database."
    )
    held_inr = Money(
        db_default=0, editable=False, help_text="Indian rupees that pending debits reserve. Set by the database."
    )
    currency = models.TextField(
        choices=Currency, db_default="USD", help_text="What new charges are made in: USD or INR."
    )
    # The newest entry of the wallet's chain: a posting reads nothing else, and an entry cut off its end shows.
    ledger_seq = models.BigIntegerField(
        db_default=0,
        editable=False,
        help_text="Number of the newest entry of the wallet's ledger. Set by the database.",
    )
    ledger_hash = models.BinaryField(
        null=True, editable=False, help_text="Hash of the newest entry of the wallet's ledger. Set by the database."
    )
    ledger_at = models.DateTimeField(
        null=True, editable=False, help_text="Time of the newest entry of the wallet's ledger. Set by the database."
    )
    is_active = models.BooleanField(db_default=True, help_text="An inactive wallet takes credits and no debits.")
    stopped_by_provider = models.BooleanField(
        db_default=False,
        editable=False,
        help_text="Stopped because the payment provider took back money that it does not have. Set by the database.",
    )

    class Meta(SharedModel.Meta):
        db_table = "wallets"
        ordering = ["-created_at", "id"]
        indexes = [
            # API: the newest of all, page by page.
            Index(name="idx_wallets_created", fields=["-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="wallet_balance_not_negative",
                condition=Q(held_usd__gte=0, balance_usd__gte=F("held_usd"))
                & Q(held_inr__gte=0, balance_inr__gte=F("held_inr")),
                violation_error_message="The wallet does not hold enough money.",
            ),
        ]
        triggers = [
            Trigger(
                name="check_wallet",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("currency", "is_active"),
                calls="private.check_wallet()",
            ),
            # Each movement of a balance has its ledger entry, and each reservation its transaction.
            audited("ledger_seq", "ledger_hash", "ledger_at", updates_of=("user_id", "currency", "is_active")),
            Trigger(
                name="close_wallet",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                calls="private.close_wallet()",
            ),
        ]

    def __str__(self) -> str:
        return f"Wallet of {self.user}"


class Transaction(SharedModel):
    """Money coming in or going out. A completed one is posted to the ledger, once, and then stays as it is."""

    user = OwnedByAccount(
        related_name="transactions", verbose_name="owner", help_text="The account whose wallet it moves."
    )
    amount = Money(help_text="In its currency, two decimals, greater than 0.")
    currency = models.TextField(choices=Currency, help_text="USD or INR.")
    type = EnumField(
        "transaction_type", choices=TransactionType, help_text="A credit adds to the wallet, a debit takes from it."
    )
    status = EnumField(
        "transaction_status",
        choices=TransactionStatus,
        db_default="pending",
        help_text="A completed one is posted to the ledger, once.",
    )
    hold = models.BooleanField(db_default=False, help_text="A pending debit that reserves its amount.")
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="When an uncaptured hold is released; empty for never."
    )
    refunded_amount = Money(
        db_default=0,
        editable=False,
        help_text="All that went back, refunds and disputes, in its currency. Raising it refunds the difference.",
    )
    disputed_amount = Money(
        db_default=0,
        editable=False,
        help_text="The part of a payment that open and lost disputes claim, in its currency. Set by the database.",
    )
    completed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was completed. Set by the database."
    )

    description = models.TextField(null=True, blank=True, help_text="What it is for. At most 10,000 characters.")
    metadata = models.JSONField(
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="JSON of the service that recorded it. At most 64 kB.",
    )
    stripe_payment_intent_id = models.TextField(
        null=True, blank=True, help_text="Stripe's id of the payment. Once for each type."
    )
    idempotency_key = models.TextField(
        null=True, blank=True, help_text="Chosen by the caller: the same key records once. Once in an account."
    )
    business_number = models.ForeignKey(
        BusinessNumber,
        models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="transactions",
        db_constraint=False,
        db_index=False,
        help_text="The number that the charge is for.",
    )

    class Meta(SharedModel.Meta):
        db_table = "transactions"
        ordering = ["-created_at", "id"]
        indexes = [
            # Row security, and an account's list, newest first.
            Index(name="idx_transactions_user_id", fields=["user", "-created_at"]),
            # Console: the newest of all.
            Index(name="idx_transactions_created_at", fields=["-created_at"]),
            # The foreign key to the number; the number's page.
            Index(
                name="idx_transactions_business_number_id",
                fields=["business_number"],
            ),
        ]
        constraints = [
            # Full, so that ON CONFLICT (stripe_payment_intent_id, type) works.
            models.UniqueConstraint(
                name="transaction_payment_intent_once",
                fields=["stripe_payment_intent_id", "type"],
                violation_error_message="This payment intent is recorded already.",
            ),
            models.UniqueConstraint(
                name="idempotency_key_reused",
                fields=["user", "idempotency_key"],
                violation_error_message="This idempotency key was used for another transaction of the account.",
            ),
        ]
        triggers = [
            audited(),
            # Sets updated_at, too, and stands for CHECKs: see the function.
            Trigger(
                name="check_transaction",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                calls="private.check_transaction()",
            ),
            Trigger(
                name="keep_posted",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                calls="private.keep_posted_transaction()",
            ),
            Trigger(
                name="refuse_truncate",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                calls="private.refuse_ledger_change()",
            ),
            # Two, since a trigger with transition tables serves one event.
            Trigger(
                name="post_inserted",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(new="new_rows"),
                calls="private.post_transactions()",
            ),
            Trigger(
                name="post_updated",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
                calls="private.post_transactions()",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} of {self.amount} {self.currency}"


class LedgerEntry(models.Model):
    """One posting: what was added to a wallet's balance, and what it came to. Written by the posting trigger alone."""

    class Kind(models.TextChoices):
        OPENING = "opening"
        POST = "post"
        REFUND = "refund"
        REINSTATE = "reinstate"
        CLOSE = "close"

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False, help_text="Random.")
    user = models.ForeignKey(
        Account,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="ledger_entries",
        help_text="The account that the money belonged to. It may be gone: entries stay.",
    )
    wallet = models.ForeignKey(
        Wallet,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="entries",
        help_text="The wallet that was posted to. It may be gone: entries stay.",
    )
    transaction = models.ForeignKey(
        Transaction,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="entries",
        help_text="What was posted; empty for an opening and a closing entry.",
    )
    seq = models.BigIntegerField(help_text="Number of the entry in its wallet, from 1, without gaps.")
    kind = models.TextField(choices=Kind, help_text="opening, post, refund, reinstate or close.")
    currency = models.TextField(choices=Currency, help_text="USD or INR.")
    amount = Money(help_text="What was added to the balance; negative for what was taken.")
    balance_after = Money(help_text="The balance of that currency after it.")
    contra = models.TextField(help_text="The other side, such as stripe, number, adjustment or account_closed.")
    hash = models.BinaryField(help_text="SHA-256 over the entry and the hash of the one before it.")
    created_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="When it was posted. It rises with seq."
    )
    updated_at = models.DateTimeField(db_default=Now(), editable=False, help_text="The same: an entry never changes.")

    objects: ClassVar = models.Manager["LedgerEntry"]()

    class Meta:
        db_table = "ledger_entries"
        ordering = ["-created_at", "-seq"]
        verbose_name_plural = "ledger entries"
        indexes = [
            # Row security; wallet_statement: the balance at a time, and the entries of a period.
            Index(name="idx_ledger_entries_statement", fields=["user", "currency", "created_at", "seq"]),
            # Console: the newest of all.
            Index(name="idx_ledger_entries_created_at", fields=["-created_at", "-seq"]),
            # A transaction's postings; the proof that each completed one has its entry.
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


class Refund(models.Model):
    """One refund, whole or partial, and its idempotency key. Written by `private.refund()` alone."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    transaction = models.ForeignKey(
        Transaction, models.DB_CASCADE, db_constraint=False, db_index=False, related_name="refunds"
    )
    user = OwnedByAccount(related_name="refunds", verbose_name="owner")
    amount = Money()
    reason = models.TextField(null=True)
    idempotency_key = models.TextField(null=True)
    # Of a dispute: the debit that stands for what the wallet did not have.
    owed_transaction = models.ForeignKey(
        Transaction, models.DB_SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "refunds"
        ordering = ["-created_at", "id"]
        indexes = [
            # The foreign key.
            Index(name="idx_refunds_owed_transaction_id", fields=["owed_transaction"]),
        ]
        constraints = [
            # Serves the foreign key, too.
            models.UniqueConstraint(name="refund_key_once", fields=["transaction", "idempotency_key"]),
            texts.at_most("refund_reason_length", "reason", texts.NOTES, "The reason"),
            texts.at_most("refund_key_length", "idempotency_key", texts.ID, "The idempotency key"),
        ]

    def __str__(self) -> str:
        return f"Refund of {self.amount}"


class ApprovalRequest(models.Model):
    """Money that one member of staff wants to move and another has to approve; who, private.check_approval() writes."""

    class Kind(models.TextChoices):
        REFUND = "refund"
        TOP_UP = "top_up"
        TAKE = "take", "Take by hand"

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    kind = models.TextField(choices=Kind)
    user = OwnedByAccount(related_name="approval_requests", verbose_name="owner", on_delete=models.DO_NOTHING)
    transaction = models.ForeignKey(
        Transaction,
        models.DO_NOTHING,
        null=True,
        related_name="approval_requests",
        db_constraint=False,
        db_index=False,
        help_text="What is to be refunded, or corrected",
    )
    amount = Money()
    currency = models.TextField(choices=Currency)
    reason = models.TextField()
    idempotency_key = models.TextField(null=True, editable=False, help_text="Asked for again, it is the same request")
    requested_by = models.TextField(editable=False, help_text="Id of the member of staff")
    requested_by_name = models.TextField(editable=False)
    approved = models.BooleanField(null=True, help_text="Empty while it is open")
    decided_by = models.TextField(null=True, editable=False)
    decided_by_name = models.TextField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        # In the schema `console`: no other service asks or approves.
        db_table = "approval_requests"
        ordering = ["-created_at", "id"]
        permissions = [("decide_approvalrequest", "Can approve and decline requests of others")]
        indexes = [
            # Console: what is open, the oldest first.
            Index(name="idx_approval_requests_open", fields=["created_at"], condition=Q(decided_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="approval_request_key_once",
                fields=["idempotency_key"],
                violation_error_message="This idempotency key was used for another request.",
            ),
            models.UniqueConstraint(
                name="approval_request_once",
                fields=["transaction"],
                condition=Q(decided_at=None),
                violation_error_message="A refund of this transaction waits for approval already.",
            ),
            texts.at_most("approval_reason_length", "reason", texts.REASON, "The reason"),
            texts.at_most("approval_key_length", "idempotency_key", texts.ID, "The idempotency key"),
            models.CheckConstraint(
                name="approval_amount_positive",
                condition=Q(amount__gt=0, amount__lte=Value(LARGEST, Money())),
                violation_error_message="The amount must be a number greater than 0.",
            ),
            models.CheckConstraint(
                name="approval_of_known_kind",
                condition=Q(kind="refund", transaction__isnull=False) | Q(kind__in=["top_up", "take"]),
            ),
            models.CheckConstraint(
                name="second_person_required",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                violation_error_message="Nobody decides on their own request: ask a colleague.",
            ),
        ]
        triggers = [
            audited(),
            Trigger(
                name="check_approval",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                calls="private.check_approval()",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.amount} {self.currency}"
