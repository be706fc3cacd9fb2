import django.db.models.deletion
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_disputes"),
        ("platform", "0003_service_endpoints"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="transaction",
            name="updated_at",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="wallet",
            name="updated_at",
        ),
        migrations.RemoveIndex(
            model_name="ledgerentry",
            name="idx_ledger_entries_user_id",
        ),
        migrations.AddField(
            model_name="refund",
            name="owed_transaction",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                related_name="+",
                to="billing.transaction",
            ),
        ),
        migrations.AddField(
            model_name="wallet",
            name="ledger_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="wallet",
            name="ledger_hash",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="wallet",
            name="ledger_seq",
            field=models.BigIntegerField(db_default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=aira.schema.models.Index(fields=["owed_transaction"], name="idx_refunds_owed_transaction_id"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wallet",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="updated_at",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.set_updated_at()",
                    func="",
                    hash="1a35ca8abe903856dda377dabc902d9feb6852f9",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "currency", "is_active"',
                    pgid="pgtrigger_updated_at_5975e",
                    table="wallets",
                    when="BEFORE",
                ),
            ),
        ),
        run_sql(__file__, "0007_chain_heads"),
        run_sql(__file__, "0007_functions"),
    ]
