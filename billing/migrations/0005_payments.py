import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
import billing.models.amounts
import billing.models.payments
from aira.schema.operations import Grouped, publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_approvals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.TextField(
                        editable=False,
                        help_text="Stripe's id of the payment (payment intent), or the id of the transaction if it has none.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("settled", "Settled"),
                            ("waiting", "Waiting for the payment"),
                            ("attention", "Needs attention"),
                            ("ignored", "Ignored"),
                        ],
                        db_default="waiting",
                    ),
                ),
                (
                    "problem",
                    models.TextField(help_text="Why the ledger does not agree with the provider's reports.", null=True),
                ),
                (
                    "requested_amount",
                    billing.models.payments.ReportedAmount(
                        db_default=0, help_text="Refunds that AiRa requested and the provider may still confirm."
                    ),
                ),
                (
                    "gone_amount",
                    billing.models.payments.ReportedAmount(
                        db_default=0, help_text="Amount that was refunded or owed when the ledger last changed."
                    ),
                ),
                (
                    "lost_amount",
                    billing.models.payments.ReportedAmount(
                        db_default=0,
                        help_text="How much refunds and disputes exceed the payment. AiRa loses this amount.",
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="in this state since"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The credit that adds the payment to the wallet.",
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="payments",
                        to="billing.transaction",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="The account that paid.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="payments",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "db_table": "payments",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    aira.schema.models.Index(fields=["transaction"], name="idx_payments_transaction_id"),
                    aira.schema.models.Index(fields=["user"], name="idx_payments_user_id"),
                    aira.schema.models.Index(
                        condition=models.Q(("state__in", ["waiting", "attention"])),
                        fields=["since"],
                        name="idx_payments_unsettled",
                    ),
                    aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_payments_created_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["settled", "waiting", "attention", "ignored"])),
                        name="payment_state_known",
                    )
                ],
            },
        ),
        publish("payments", "private"),
        migrations.CreateModel(
            name="PaymentFact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("payment", "Payment"),
                            ("refund", "Refund"),
                            ("dispute", "Dispute"),
                            ("total", "Refunded in total"),
                        ]
                    ),
                ),
                (
                    "object_id",
                    models.TextField(
                        help_text="For example pi_…, re_…, dp_… or ch_….", verbose_name="id at the provider"
                    ),
                ),
                ("state", models.TextField()),
                ("amount", billing.models.payments.ReportedAmount()),
                ("currency", models.TextField(help_text="Empty: the currency of the payment.", null=True)),
                ("reason", models.TextField(null=True)),
                ("evidence_due_by", models.DateTimeField(null=True)),
                (
                    "occurred_at",
                    models.DateTimeField(help_text="When it happened, by the provider's clock.", null=True),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="facts",
                        to="billing.payment",
                    ),
                ),
            ],
            options={
                "db_table": "payment_facts",
                "ordering": ["created_at", "id"],
                "indexes": [
                    aira.schema.models.Index(
                        condition=models.Q(("kind", "dispute")),
                        fields=["payment", "object_id"],
                        name="idx_payment_facts_disputes",
                    ),
                    aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_payment_facts_created_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("payment", "kind", "object_id", "state"), name="payment_fact_once")
                ],
            },
        ),
        publish("payment_facts", "private"),
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                ("id", models.TextField(editable=False, primary_key=True, serialize=False)),
                ("type", models.TextField(editable=False)),
                (
                    "payment_id",
                    models.TextField(
                        editable=False,
                        help_text="Stripe's id of the payment (payment intent), if the event names one.",
                        null=True,
                    ),
                ),
                ("payload", models.JSONField(editable=False)),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("applied_at", models.DateTimeField(editable=False, null=True)),
                (
                    "outcome",
                    models.TextField(
                        editable=False,
                        help_text="State of the payment after the event: settled, waiting, attention or ignored.",
                        null=True,
                    ),
                ),
                ("problem", models.TextField(editable=False, null=True)),
                ("attempts", models.BigIntegerField(db_default=0, editable=False)),
            ],
            options={
                "verbose_name": "Stripe event",
                "db_table": "stripe_events",
                "ordering": ["-received_at", "id"],
                "indexes": [
                    aira.schema.models.Index(fields=["-received_at"], name="idx_stripe_events_received_at"),
                    aira.schema.models.Index(
                        condition=models.Q(("applied_at", None)), fields=["received_at"], name="idx_stripe_events_open"
                    ),
                    aira.schema.models.Index(fields=["payment_id"], name="idx_stripe_events_payment_id"),
                ],
            },
        ),
        Grouped(
            operations=[
                migrations.AddField(
                    model_name="transaction",
                    name="disputed_amount",
                    field=billing.models.amounts.Money(
                        db_default=0,
                        decimal_places=2,
                        editable=False,
                        help_text="How much of the payment open and lost disputes claim. Set by the database.",
                        max_digits=10,
                    ),
                ),
                migrations.AddField(
                    model_name="wallet",
                    name="stopped_by_provider",
                    field=models.BooleanField(
                        db_default=False,
                        editable=False,
                        help_text="Whether the database stopped the wallet, because the payment provider took back more than it had.",
                    ),
                ),
            ],
        ),
        run_sql(__file__, "0005_payments"),
        pgtrigger.migrations.AddTrigger(
            model_name="paymentfact",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="add_only",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.refuse_ledger_change()",
                    func="",
                    hash="9edaee80f183235be3245eb25c47ebe740e28811",
                    ignore_func_name="",
                    level="STATEMENT",
                    operation="DELETE OR TRUNCATE",
                    pgid="pgtrigger_add_only_3be4e",
                    table="payment_facts",
                    when="BEFORE",
                ),
            ),
        ),
    ]
