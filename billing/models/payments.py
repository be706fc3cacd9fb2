"""Reports of payment providers: payments, their facts, and the Stripe events that carried them."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aira.schema.models import Account, Index
from aira.schema.triggers import Trigger
from billing.models.transactions import Transaction


class ReportedAmount(models.DecimalField):
    """An amount in major units of the row's currency. It has no limits, since every report is stored."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_digits": None, "decimal_places": None, **kwargs})  # type: ignore[arg-type]


# Advice for staff, by payments.problem; see private.apply_payment().
PROBLEMS = {
    "account_unknown": "The payment names an unknown account. Refund it at the provider, then dismiss it here.",
    "account_differs": "The payment names another account than its transaction. Find out which account paid.",
    "amount_differs": "The provider received another amount than was posted. Record an adjustment of the difference.",
    "amount_limit": "The amount is above 99,999,999.99. Refund it at the provider, then dismiss it here.",
    "currency_unsupported": "Wallets hold USD and INR. Refund the payment at the provider, then dismiss it here.",
    "currency_differs": "The provider received another currency than was posted. Record an adjustment.",
    "wallet_balance_limit": "The balance would exceed 99,999,999.99. The payment is posted when the wallet has room.",
}


class Payment(models.Model):
    """A payment at the provider, and whether the ledger agrees with its facts.

    Only `private.lock_payment()`, `private.apply_payment()` and `private.follow_facts()` write it.
    """

    class State(models.TextChoices):
        """State of a payment."""

        SETTLED = "settled", "Settled"
        WAITING = "waiting", "Waiting for the payment"
        ATTENTION = "attention", "Needs attention"
        IGNORED = "ignored", "Ignored"

    id = models.TextField(
        primary_key=True,
        editable=False,
        help_text="Stripe's id of the payment (payment intent), or the id of the transaction if it has none.",
    )
    transaction = models.ForeignKey(
        Transaction,
        models.DB_SET_NULL,
        null=True,
        related_name="payments",
        db_constraint=False,
        db_index=False,
        help_text="The credit that adds the payment to the wallet.",
    )
    # The database has no foreign key for it: like ledger entries, a payment outlives the account.
    user = models.ForeignKey(
        Account,
        models.DO_NOTHING,
        null=True,
        related_name="payments",
        db_constraint=False,
        db_index=False,
        verbose_name="owner",
        help_text="The account that paid.",
    )
    state = models.TextField(choices=State, db_default="waiting")
    problem = models.TextField(null=True, help_text="Why the ledger does not agree with the provider's reports.")
    requested_amount = ReportedAmount(
        db_default=0, help_text="Refunds that AiRa requested and the provider may still confirm."
    )
    gone_amount = ReportedAmount(
        db_default=0, help_text="Amount that was refunded or owed when the ledger last changed."
    )
    lost_amount = ReportedAmount(
        db_default=0, help_text="How much refunds and disputes exceed the payment. AiRa loses this amount."
    )
    since = models.DateTimeField(db_default=Now(), verbose_name="in this state since")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar = models.Manager["Payment"]()

    class Meta:
        # In the schema `private`, since services write through the functions record_*.
        db_table = "payments"
        ordering = ["-created_at", "id"]
        indexes = [
            # For the foreign key. Console: the page of a transaction.
            Index(name="idx_payments_transaction_id", fields=["transaction"]),
            # private.resume_wallet(): the payments of an account.
            Index(name="idx_payments_user_id", fields=["user"]),
            # Health, the worker and the console: payments that don't agree with their facts.
            Index(name="idx_payments_unsettled", fields=["since"], condition=Q(state__in=["waiting", "attention"])),
            # Console and API: the newest rows of all tenants.
            Index(name="idx_payments_created_at", fields=["-created_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="payment_state_known", condition=Q(state__in=["settled", "waiting", "attention", "ignored"])
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def advice(self) -> str:
        """Advice for staff about the problem. Empty if there is no problem."""
        return PROBLEMS.get(self.problem or "", self.problem or "")


class PaymentFact(models.Model):
    """A state of a payment, refund, dispute or charge that its provider reported. It is never removed."""

    class Kind(models.TextChoices):
        """Kind of the reported object."""

        PAYMENT = "payment", "Payment"
        REFUND = "refund", "Refund"
        DISPUTE = "dispute", "Dispute"
        TOTAL = "total", "Refunded in total"

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    payment = models.ForeignKey(Payment, models.DO_NOTHING, related_name="facts", db_constraint=False, db_index=False)
    kind = models.TextField(choices=Kind)
    object_id = models.TextField(verbose_name="id at the provider", help_text="For example pi_…, re_…, dp_… or ch_….")
    state = models.TextField()
    amount = ReportedAmount()
    currency = models.TextField(null=True, help_text="Empty: the currency of the payment.")
    reason = models.TextField(null=True)
    evidence_due_by = models.DateTimeField(null=True)
    occurred_at = models.DateTimeField(null=True, help_text="When it happened, by the provider's clock.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar = models.Manager["PaymentFact"]()

    class Meta:
        db_table = "payment_facts"
        ordering = ["created_at", "id"]
        indexes = [
            # Console: open disputes on the start page.
            Index(name="idx_payment_facts_disputes", fields=["payment", "object_id"], condition=Q(kind="dispute")),
            # API: the newest rows of all tenants, page by page.
            Index(name="idx_payment_facts_created_at", fields=["-created_at", "-id"]),
        ]
        constraints = [
            # The foreign key uses the index, too.
            models.UniqueConstraint(name="payment_fact_once", fields=["payment", "kind", "object_id", "state"]),
        ]
        triggers = [
            Trigger(
                name="add_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.Truncate,
                level=pgtrigger.Statement,
                calls="private.refuse_ledger_change()",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.state}"


class StripeEvent(models.Model):
    """An event that Stripe sent to this site. It is stored in the schema `console` before it is applied."""

    id = models.TextField(primary_key=True, editable=False)
    type = models.TextField(editable=False)
    payment_id = models.TextField(
        null=True, editable=False, help_text="Stripe's id of the payment (payment intent), if the event names one."
    )
    payload = models.JSONField(editable=False)
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    applied_at = models.DateTimeField(null=True, editable=False)
    outcome = models.TextField(
        null=True,
        editable=False,
        help_text="State of the payment after the event: settled, waiting, attention or ignored.",
    )
    problem = models.TextField(null=True, editable=False)
    attempts = models.BigIntegerField(db_default=0, editable=False)

    objects: ClassVar = models.Manager["StripeEvent"]()

    class Meta:
        db_table = "stripe_events"
        ordering = ["-received_at", "id"]
        verbose_name = "Stripe event"
        indexes = [
            # Console: the newest rows.
            Index(name="idx_stripe_events_received_at", fields=["-received_at"]),
            # The worker and health: events that are not applied yet.
            Index(name="idx_stripe_events_open", fields=["received_at"], condition=Q(applied_at=None)),
            # Console: the page of a payment. Erasure of an account: the events that name it.
            Index(name="idx_stripe_events_payment_id", fields=["payment_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
