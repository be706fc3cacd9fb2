import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import aira.schema.models
import billing.models.amounts
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_contract"),
    ]

    operations = [
        migrations.CreateModel(
            name="Refund",
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
                ("amount", billing.models.amounts.Money(decimal_places=2, max_digits=10)),
                ("reason", models.TextField(null=True)),
                ("idempotency_key", models.TextField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="refunds",
                        to="billing.transaction",
                    ),
                ),
                (
                    "user",
                    aira.schema.models.OwnedByAccount(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="refunds",
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
                (
                    "owed_transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="+",
                        to="billing.transaction",
                    ),
                ),
            ],
            options={
                "db_table": "refunds",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    aira.schema.models.Index(fields=["owed_transaction"], name="idx_refunds_owed_transaction_id")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("transaction", "idempotency_key"), name="refund_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 10000
                            )
                        ),
                        name="refund_reason_length",
                        violation_error_message="The reason can have at most 10,000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("idempotency_key"), 255
                            )
                        ),
                        name="refund_key_length",
                        violation_error_message="The idempotency key can have at most 255 characters.",
                    ),
                ],
            },
        ),
        publish("refunds", "private"),
        run_sql(__file__, "0003_refunds"),
    ]
