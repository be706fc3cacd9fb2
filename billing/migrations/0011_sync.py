import pgtrigger.migrations
from django.db import migrations

import aira.schema.models
import aira.schema.triggers
from aira.schema.operations import BuildIndex


class Migration(migrations.Migration):
    # Writers go on while the index is made.
    atomic = False

    dependencies = [
        ("billing", "0010_plain_words"),
        ("platform", "0010_sync"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="followed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.note_change()",
                    func="",
                    hash="2437eedff28ff658aceddce6328f15ef15b97df3",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_followed_623fb",
                    table="transactions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wallet",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="followed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.note_change()",
                    func="",
                    hash="4a27c3c6d487fe7a289852050e05b747a030f839",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "user_id", "currency", "is_active" OR DELETE',
                    pgid="pgtrigger_followed_75fdc",
                    table="wallets",
                    when="AFTER",
                ),
            ),
        ),
        BuildIndex(
            model_name="transaction",
            index=aira.schema.models.Index(fields=["completed_at"], name="idx_transactions_completed_at"),
        ),
    ]
