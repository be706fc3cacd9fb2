import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.enums
import aira.schema.models
import aira.schema.triggers
import billing.models
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_functions"),
        ("platform", "0003_service_endpoints"),
        ("telephony", "0003_contract"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerEntry",
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
                ("seq", models.BigIntegerField()),
                (
                    "kind",
                    models.TextField(
                        choices=[("opening", "Opening"), ("post", "Post"), ("refund", "Refund"), ("close", "Close")]
                    ),
                ),
                ("currency", models.TextField(choices=[("USD", "USD"), ("INR", "INR")])),
                ("amount", billing.models.Money(decimal_places=2, max_digits=10)),
                ("balance_after", billing.models.Money(decimal_places=2, max_digits=10)),
                ("contra", models.TextField()),
                ("hash", models.BinaryField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
                "db_table": "ledger_entries",
                "ordering": ["-created_at", "-seq"],
            },
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="transaction",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="entries",
                to="billing.transaction",
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="ledger_entries",
                to="platform.account",
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="wallet",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="entries",
                to="billing.wallet",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=aira.schema.models.Index(fields=["user", "seq"], name="idx_ledger_entries_user_id"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=aira.schema.models.Index(fields=["transaction"], name="idx_ledger_entries_transaction_id"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(fields=("wallet", "seq"), name="ledger_entry_seq_once"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["opening", "post", "refund", "close"])), name="ledger_entry_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("currency__in", ["USD", "INR"])), name="ledger_currency_known"
            ),
        ),
        publish("ledger_entries", "public"),
        pgtrigger.migrations.AddTrigger(
            model_name="ledgerentry",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="append_only",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.refuse_ledger_change()",
                    func="",
                    hash="fbb3144c4bebe7a39124352bb0cb46a070f3d9fb",
                    ignore_func_name="",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_c9e1b",
                    table="ledger_entries",
                    when="BEFORE",
                ),
            ),
        ),
        run_sql(__file__, "0003_functions"),
    ]
