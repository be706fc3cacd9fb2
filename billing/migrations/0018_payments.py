import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
import billing.models.ledger
import billing.models.payments
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0017_texts_checked"),
        ("platform", "0012_texts_checked"),
    ]

    operations = [
        migrations.AddField(
            model_name="transaction",
            name="disputed_amount",
            field=billing.models.ledger.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="The part of a payment that open and lost disputes claim, in its currency. Set by the database.",
                max_digits=10,
            ),
        ),
        migrations.AddField(
            model_name="wallet",
            name="stopped_by_provider",
            field=models.BooleanField(
                db_default=False,
                editable=False,
                help_text="Stopped because the payment provider took back money that it does not have. Set by the database.",
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="kind",
            field=models.TextField(
                choices=[
                    ("opening", "Opening"),
                    ("post", "Post"),
                    ("refund", "Refund"),
                    ("reinstate", "Reinstate"),
                    ("close", "Close"),
                ],
                help_text="opening, post, refund, reinstate or close.",
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="refunded_amount",
            field=billing.models.ledger.Money(
                db_default=0,
                decimal_places=2,
                editable=False,
                help_text="All that went back, refunds and disputes, in its currency. Raising it refunds the difference.",
                max_digits=10,
            ),
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.TextField(
                        editable=False,
                        help_text="Stripe's payment intent, or a transaction's id",
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
                ("problem", models.TextField(help_text="Why the ledger can't follow the reports", null=True)),
                (
                    "requested_amount",
                    billing.models.payments.ReportedAmount(
                        db_default=0, help_text="Refunds asked for here, as far as the provider confirms"
                    ),
                ),
                (
                    "gone_amount",
                    billing.models.payments.ReportedAmount(
                        db_default=0, help_text="Given back or owed, as the ledger was last moved"
                    ),
                ),
                (
                    "lost_amount",
                    billing.models.payments.ReportedAmount(
                        db_default=0, help_text="Refunds and disputes above the payment: the platform's loss"
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="Since when it is in this state"
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
                        help_text="The credit that posts the payment",
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
                        help_text="The account that paid",
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
            },
        ),
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
                ("object_id", models.TextField(help_text="The provider's id, such as pi_…, re_…, dp_… or ch_…")),
                ("state", models.TextField()),
                ("amount", billing.models.payments.ReportedAmount()),
                ("currency", models.TextField(help_text="Empty: the payment's own", null=True)),
                ("reason", models.TextField(null=True)),
                ("evidence_due_by", models.DateTimeField(null=True)),
                ("occurred_at", models.DateTimeField(help_text="By the provider's clock", null=True)),
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
            },
        ),
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                ("id", models.TextField(editable=False, primary_key=True, serialize=False)),
                ("type", models.TextField(editable=False)),
                (
                    "payment_id",
                    models.TextField(
                        editable=False, help_text="The payment intent, where the event names one", null=True
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
                    models.TextField(editable=False, help_text="settled, waiting, attention or ignored", null=True),
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
        migrations.AddIndex(
            model_name="payment",
            index=aira.schema.models.Index(fields=["transaction"], name="idx_payments_transaction_id"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=aira.schema.models.Index(fields=["user"], name="idx_payments_user_id"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=aira.schema.models.Index(
                condition=models.Q(("state__in", ["waiting", "attention"])),
                fields=["since"],
                name="idx_payments_unsettled",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_payments_created_at"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["settled", "waiting", "attention", "ignored"])),
                name="payment_state_known",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentfact",
            index=aira.schema.models.Index(
                condition=models.Q(("kind", "dispute")),
                fields=["payment", "object_id"],
                name="idx_payment_facts_disputes",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentfact",
            index=aira.schema.models.Index(fields=["-created_at", "-id"], name="idx_payment_facts_created_at"),
        ),
        migrations.AddConstraint(
            model_name="paymentfact",
            constraint=models.UniqueConstraint(
                fields=("payment", "kind", "object_id", "state"), name="payment_fact_once"
            ),
        ),
        publish("payments", "private"),
        publish("payment_facts", "private"),
        run_sql(__file__, "0018_payment_tables"),
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
        run_sql(__file__, "0018_payments"),
    ]
