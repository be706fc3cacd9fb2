"""Store transactions: credits and debits of an account, with their status."""

import pgtrigger
from django.db import models
from django.db.models import Value

from aira.events.triggers import tells
from aira.schema.enums import EnumField
from aira.schema.models import Index, OwnedByAccount, SharedModel
from aira.schema.triggers import Trigger, audited
from aira.sync.triggers import followed
from billing.models.amounts import Currency, Money
from telephony.models import BusinessNumber


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


class Transaction(SharedModel):
    """Money that comes in or goes out. A completed transaction is posted to the ledger once and then can't change."""

    user = OwnedByAccount(
        related_name="transactions",
        verbose_name="owner",
        help_text="The account whose wallet receives or pays the amount.",
    )
    amount = Money(help_text="Amount in the currency of the transaction, greater than 0, with two decimals.")
    currency = models.TextField(choices=Currency, help_text="Currency of the amount: USD or INR.")
    type = EnumField(
        "transaction_type", choices=TransactionType, help_text="A credit adds to the wallet, a debit takes from it."
    )
    status = EnumField(
        "transaction_status",
        choices=TransactionStatus,
        db_default="pending",
        help_text="The balance changes, once, when the transaction is completed.",
    )
    hold = models.BooleanField(
        db_default=False, help_text="While a debit with a hold is pending, its amount is reserved in the wallet."
    )
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="When the hold is released, unless it was captured before. Empty: never."
    )
    refunded_amount = Money(
        db_default=0,
        editable=False,
        help_text="Amount refunded so far, by disputes as well. A service that raises it refunds the difference.",
    )
    disputed_amount = Money(
        db_default=0,
        editable=False,
        help_text="Part of the payment that open and lost disputes claim. Set by the database.",
    )
    completed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the transaction was completed. Set by the database."
    )

    description = models.TextField(
        null=True,
        blank=True,
        help_text="Purpose of the transaction, in words for the customer. At most 10,000 characters.",
    )
    metadata = models.JSONField(
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="Further data from the service that recorded the transaction, as JSON. At most 64 kB.",
    )
    stripe_payment_intent_id = models.TextField(
        null=True,
        blank=True,
        help_text="Stripe's id of the payment. At most one credit and one debit can have it.",
    )
    idempotency_key = models.TextField(
        null=True,
        blank=True,
        help_text="Text that a service sends to have a repeated request recorded only once for an account.",
    )
    business_number = models.ForeignKey(
        BusinessNumber,
        models.DB_SET_NULL,
        null=True,
        blank=True,
        related_name="transactions",
        db_constraint=False,
        db_index=False,
        verbose_name="phone number",
        help_text="The phone number that the charge is for.",
    )

    class Meta(SharedModel.Meta):
        db_table = "transactions"
        ordering = ["-created_at", "id"]
        indexes = [
            # Row security, and the list of an account, the newest first.
            Index(name="idx_transactions_user_id", fields=["user", "-created_at"]),
            # Console: the newest rows of all tenants.
            Index(name="idx_transactions_created_at", fields=["-created_at"]),
            # API: the transactions that were completed in a period.
            Index(name="idx_transactions_completed_at", fields=["completed_at"]),
            # For the foreign key to the number. Console: the page of a number.
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
                violation_error_message="Another transaction of this type has the payment intent. Use that one.",
            ),
            models.UniqueConstraint(
                name="idempotency_key_reused",
                fields=["user", "idempotency_key"],
                violation_error_message="Another transaction of the account has this idempotency key. Use a new key.",
            ),
        ]
        triggers = [
            audited(),
            followed(),
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
            # A trigger with transition tables serves one event, so the function needs two. Updates have no condition:
            # the trigger of the first row posts all rows of a statement.
            Trigger(
                name="post_inserted",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                condition=pgtrigger.Condition("NEW.status = 'completed' OR NEW.hold"),
                calls="private.post_transaction()",
            ),
            Trigger(
                name="post_updated",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
                calls="private.post_transaction()",
            ),
            tells(
                "added",
                pgtrigger.Insert,
                condition="new.status <> 'pending'",
                calls="private.transaction_event()",
            ),
            tells(
                "changed",
                pgtrigger.UpdateOf("status", "refunded_amount", "disputed_amount"),
                calls="private.transaction_event()",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} of {self.amount} {self.currency}"
