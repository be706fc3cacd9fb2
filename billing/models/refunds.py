"""Store refunds, and requests that need the approval of a second person."""

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now

from aira.schema import texts
from aira.schema.models import Index, OwnedByAccount
from aira.schema.triggers import Trigger, audited
from billing.models.amounts import LARGEST, Currency, Money
from billing.models.transactions import Transaction


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
            # For the foreign key.
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
        help_text="The transaction to refund or adjust.",
    )
    amount = Money()
    currency = models.TextField(choices=Currency)
    reason = models.TextField()
    idempotency_key = models.TextField(
        null=True, editable=False, help_text="Text by which a repeated request is recognised as the same request."
    )
    requested_by = models.TextField(
        editable=False, verbose_name="id of the requester", help_text="Id of the member of staff who made the request."
    )
    requested_by_name = models.TextField(editable=False, verbose_name="requested by")
    approved = models.BooleanField(null=True, help_text="Empty until a second person decides.")
    decided_by = models.TextField(null=True, editable=False, verbose_name="id of the decider")
    decided_by_name = models.TextField(null=True, editable=False, verbose_name="decided by")
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
                violation_error_message="You can't approve your own request. Ask a colleague.",
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
