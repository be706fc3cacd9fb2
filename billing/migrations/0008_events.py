import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_posting"),
        ("platform", "0007_events"),
    ]

    operations = [
        run_sql(__file__, "0008_events"),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_added",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition="WHEN (new.status <> 'pending')",
                    execute="private.transaction_event()",
                    func="",
                    hash="31831b60cc34543870c82761f7bca08ddba1f143",
                    ignore_func_name="",
                    operation="INSERT",
                    pgid="pgtrigger_event_added_4a8fe",
                    table="transactions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_changed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.transaction_event()",
                    func="",
                    hash="75b8ae69b75ca35a92125a423eed98cd6179bf18",
                    ignore_func_name="",
                    operation='UPDATE OF "status", "refunded_amount", "disputed_amount"',
                    pgid="pgtrigger_event_changed_b7a5f",
                    table="transactions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wallet",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_low",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition="WHEN (new.balance_usd < 5 and old.balance_usd >= 5 or new.balance_inr < 400 and old.balance_inr >= 400)",
                    execute="private.wallet_event('wallet.low')",
                    func="",
                    hash="c1c717753e33e690e0cc132e1f29b070677e7da0",
                    ignore_func_name="",
                    operation='UPDATE OF "balance_usd", "balance_inr"',
                    pgid="pgtrigger_event_low_08184",
                    table="wallets",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wallet",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_stopped",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition="WHEN (old.is_active and not new.is_active)",
                    execute="private.wallet_event('wallet.stopped')",
                    func="",
                    hash="ff6c29ad4d7700f849a5e6227a916437421d9950",
                    ignore_func_name="",
                    operation='UPDATE OF "is_active"',
                    pgid="pgtrigger_event_stopped_77f3d",
                    table="wallets",
                    when="AFTER",
                ),
            ),
        ),
    ]
