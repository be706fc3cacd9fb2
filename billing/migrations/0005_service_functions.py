import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import aira.schema.models
import billing.models
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_contract"),
        ("platform", "0003_service_endpoints"),
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
                ("amount", billing.models.Money(decimal_places=2, max_digits=10)),
                ("reason", models.TextField(null=True)),
                ("idempotency_key", models.TextField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "db_table": "refunds",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=aira.schema.models.Index(
                fields=["user", "currency", "created_at", "seq"], name="idx_ledger_entries_statement"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="transaction",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="refunds",
                to="billing.transaction",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="user",
            field=aira.schema.models.OwnedByAccount(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="refunds",
                to="platform.account",
                verbose_name="owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(fields=("transaction", "idempotency_key"), name="refund_key_once"),
        ),
        publish("refunds", "private"),
        run_sql(__file__, "0005_refunds"),
        run_sql(__file__, "0005_service_functions"),
        run_sql(__file__, "0005_opening"),
    ]
