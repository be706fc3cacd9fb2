"""Customers' money: wallets, transactions, the ledger, refunds and approval requests."""

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
    """Currencies that wallets hold."""

    USD = "USD", "USD"
    INR = "INR", "INR"


class TransactionType(models.TextChoices):
    """Type of a transaction: a credit adds to the wallet, a debit takes from it."""

    CREDIT = "credit"
    DEBIT = "debit"


class TransactionStatus(models.TextChoices):
    """Status of a transaction: pending, then completed or failed. A completed one can be refunded."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUNDED = "refunded"


class Money(models.DecimalField):
    """An amount, numeric(10,2), in the currency of the same row."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_digits": 10, "decimal_places": 2, **kwargs})  # type: ignore[arg-type]


class Wallet(SharedModel):
    """The prepaid balance of an account. Only the posting trigger changes balances; no role may write them."""

    user = models.OneToOneField(
        Account,
        models.DB_CASCADE,
        related_name="wallet",
        db_constraint=False,
        verbose_name="owner",
        help_text="The account that owns the money. An account has one wallet.",
    )
    balance_usd = Money(
        db_default=0, editable=False, help_text="Balance in US dollars, including holds. Only postings change it."
    )
    balance_inr = Money(
        db_default=0, editable=False, help_text="Balance in Indian rupees, including holds. Only postings change it."
    )
    held_usd = Money(
        db_default=0, editable=False, help_text="US dollars that pending debits reserve. Set by the database."
    )
    held_inr = Money(
        db_default=0, editable=False, help_text="Indian rupees that pending debits reserve. Set by the database."
    )
    currency = models.TextField(choices=Currency, db_default="USD", help_text="Currency of new charges: USD or INR.")
    # The newest entry of the wallet's chain. A posting reads only this, and a removed last entry is detected.
    ledger_seq = models.BigIntegerField(
        db_default=0,
        editable=False,
        help_text="Number of the wallet's newest ledger entry. Set by the database.",
    )
    ledger_hash = models.BinaryField(
        null=True, editable=False, help_text="Hash of the wallet's newest ledger entry. Set by the database."
    )
    ledger_at = models.DateTimeField(
        null=True, editable=False, help_text="Time of the wallet's newest ledger entry. Set by the database."
    )
    is_active = models.BooleanField(db_default=True, help_text="An inactive wallet takes credits, but no debits.")
    stopped_by_provider = models.BooleanField(
        db_default=False,
        editable=False,
        help_text="True if it was stopped because the provider took back more than it has. Set by the database.",
    )

    class Meta(SharedModel.Meta):
        db_table = "wallets"
        ordering = ["-created_at", "id"]
        indexes = [
            # API: the newest rows of all tenants, page by page.
            Index(name="idx_wallets_created", fields=["-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="wallet_balance_not_negative",
                condition=Q(held_usd__gte=0, balance_usd__gte=F("held_usd"))
                & Q(held_inr__gte=0, balance_inr__gte=F("held_inr")),
                violation_error_message="The available balance is too low.",
            ),
        ]
        triggers = [
            Trigger(
                name="check_wallet",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("currency", "is_active"),
                calls="private.check_wallet()",
            ),
            # Changes of balances and holds are not audited: the ledger and the transactions record them.
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
    """Money that comes in or goes out. A completed transaction is posted to the ledger once and then can't change."""

    user = OwnedByAccount(
        related_name="transactions", verbose_name="owner", help_text="The account whose wallet it credits or debits."
    )
    amount = Money(help_text="Amount in its currency, greater than 0, with two decimals.")
    currency = models.TextField(choices=Currency, help_text="USD or INR.")
    type = EnumField(
        "transaction_type", choices=TransactionType, help_text="A credit adds to the wallet, a debit takes from it."
    )
    status = EnumField(
        "transaction_status",
        choices=TransactionStatus,
        db_default="pending",
        help_text="A completed transaction is posted to the ledger once.",
    )
    hold = models.BooleanField(
        db_default=False, help_text="True for a debit that reserves its amount while it is pending."
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="Time at which a hold is released unless it was captured. Empty means never."
    )
    refunded_amount = Money(
        db_default=0,
        editable=False,
        help_text="Amount that went back by refunds and disputes, in its currency. Raising it refunds the difference.",
    )
    disputed_amount = Money(
        db_default=0,
        editable=False,
        help_text="Part of a payment that open and lost disputes claim, in its currency. Set by the database.",
    )
    completed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Time at which it was completed. Set by the database."
    )

    description = models.TextField(
        null=True, blank=True, help_text="Description for the customer. At most 10,000 characters."
    )
    metadata = models.JSONField(
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="JSON data of the service that recorded it. At most 64 kB.",
    )
    stripe_payment_intent_id = models.TextField(
        null=True, blank=True, help_text="Stripe's id of the payment. Each type has it once."
    )
    idempotency_key = models.TextField(
        null=True,
        blank=True,
        help_text="Chosen by the caller. A repeated request with the same key records once in an account.",
    )
    business_number = models.ForeignKey(
        BusinessNumber,
        models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="transactions",
        db_constraint=False,
        db_index=False,
        help_text="The phone number that the charge is for.",
    )

    class Meta(SharedModel.Meta):
        db_table = "transactions"
        ordering = ["-created_at", "id"]
        indexes = [
            # Row security, and an account's list, newest first.
            Index(name="idx_transactions_user_id", fields=["user", "-created_at"]),
            # Console: the newest rows of all tenants.
            Index(name="idx_transactions_created_at", fields=["-created_at"]),
            # The foreign key to the number; the number's page.
            Index(
                name="idx_transactions_business_number_id",
                fields=["business_number"],
            ),
        ]
        constraints = [
            # Not partial, so that ON CONFLICT (stripe_payment_intent_id, type) works.
            models.UniqueConstraint(
                name="transaction_payment_intent_once",
                fields=["stripe_payment_intent_id", "type"],
                violation_error_message="This payment intent is already recorded.",
            ),
            models.UniqueConstraint(
                name="idempotency_key_reused",
                fields=["user", "idempotency_key"],
                violation_error_message="This idempotency key was used for another transaction of the account.",
            ),
        ]
        triggers = [
            audited(),
            # It also sets updated_at, and replaces CHECKs: see the function.
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
            # A trigger with transition tables serves one event, so two are needed.
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
            # A transaction's postings, and the ledger proof.
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
    """A full or partial refund and its idempotency key. Only `private.refund()` and `private.owe()` write it."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    transaction = models.ForeignKey(
        Transaction, models.DB_CASCADE, db_constraint=False, db_index=False, related_name="refunds"
    )
    user = OwnedByAccount(related_name="refunds", verbose_name="owner")
    amount = Money()
    reason = models.TextField(null=True)
    idempotency_key = models.TextField(null=True)
    # For a dispute: the debit for the part that the wallet could not pay.
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
            # The foreign key uses the index, too.
            models.UniqueConstraint(name="refund_key_once", fields=["transaction", "idempotency_key"]),
            texts.at_most("refund_reason_length", "reason", texts.NOTES, "The reason"),
            texts.at_most("refund_key_length", "idempotency_key", texts.ID, "The idempotency key"),
        ]

    def __str__(self) -> str:
        return f"Refund of {self.amount}"


class ApprovalRequest(models.Model):
    """A request of a member of staff to move money, which another must approve.

    private.check_approval() sets who requested and who decided.
    """

    class Kind(models.TextChoices):
        """Action that needs approval."""

        REFUND = "refund"
        TOP_UP = "top_up", "Top-up"
        TAKE = "take", "Debit adjustment"

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
        help_text="The transaction to refund or adjust",
    )
    amount = Money()
    currency = models.TextField(choices=Currency)
    reason = models.TextField()
    idempotency_key = models.TextField(
        null=True, editable=False, help_text="A repeated request with the same key is the same request"
    )
    requested_by = models.TextField(editable=False, help_text="Id of the member of staff who made the request")
    requested_by_name = models.TextField(editable=False)
    approved = models.BooleanField(null=True, help_text="Empty while the request is open")
    decided_by = models.TextField(null=True, editable=False)
    decided_by_name = models.TextField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        # In the schema `console`, since no other service requests or approves.
        db_table = "approval_requests"
        ordering = ["-created_at", "id"]
        permissions = [("decide_approvalrequest", "Can approve and decline requests of others")]
        indexes = [
            # Console: open requests, the oldest first.
            Index(name="idx_approval_requests_open", fields=["created_at"], condition=Q(decided_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="approval_request_key_once",
                fields=["idempotency_key"],
                violation_error_message="This idempotency key was used for another request. Use a new key.",
            ),
            models.UniqueConstraint(
                name="approval_request_once",
                fields=["transaction"],
                condition=Q(decided_at=None),
                violation_error_message="A refund of this transaction already waits for approval. Decide it first.",
            ),
            texts.at_most("approval_reason_length", "reason", texts.REASON, "The reason"),
            texts.at_most("approval_key_length", "idempotency_key", texts.ID, "The idempotency key"),
            models.CheckConstraint(
                name="approval_amount_positive",
                condition=Q(amount__gt=0, amount__lte=Value(LARGEST, Money())),
                violation_error_message="The amount must be greater than 0 and at most 99,999,999.99.",
            ),
            models.CheckConstraint(
                name="approval_of_known_kind",
                condition=Q(kind="refund", transaction__isnull=False) | Q(kind__in=["top_up", "take"]),
            ),
            models.CheckConstraint(
                name="second_person_required",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                violation_error_message="You can't approve your own request.",
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
