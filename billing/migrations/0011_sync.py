import pgtrigger.migrations
from django.db import migrations

import aira.schema.models
import aira.schema.triggers


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
                    hash="1f70ac09d9e91358cf0b51ea8e22b6ceceac39b3",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_followed_75fdc",
                    table="wallets",
                    when="AFTER",
                ),
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql="create index concurrently if not exists idx_transactions_completed_at"
                    " on public.transactions (completed_at)",
                    reverse_sql="drop index concurrently if exists public.idx_transactions_completed_at",
                )
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="transaction",
                    index=aira.schema.models.Index(fields=["completed_at"], name="idx_transactions_completed_at"),
                ),
            ],
        ),
    ]
