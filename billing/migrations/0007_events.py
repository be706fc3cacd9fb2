import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_analytics"),
        ("platform", "0007_events"),
    ]

    operations = [
        run_sql(__file__, "0007_events"),
        pgtrigger.migrations.AddTrigger(
            model_name="transaction",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_added",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition="WHEN (new.status in ('completed', 'failed'))",
                    execute="private.transaction_event()",
                    func="",
                    hash="2b3a09b31d7e9f0df024c194944f19d58b96fdb3",
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
                    condition="WHEN (new.status in ('completed', 'failed') and old.status in ('pending', 'failed') and new.status <> old.status or (new.refunded_amount, new.disputed_amount) <> (old.refunded_amount, old.disputed_amount))",
                    execute="private.transaction_event()",
                    func="",
                    hash="29b13d60ee506f33551311a2c426e381a6690250",
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
                    condition="WHEN (new.balance_usd - new.held_usd < 5 and old.balance_usd - old.held_usd >= 5 and new.currency = 'USD' or new.balance_inr - new.held_inr < 400 and old.balance_inr - old.held_inr >= 400 and new.currency = 'INR')",
                    execute="private.wallet_event('wallet.low')",
                    func="",
                    hash="77ade0a5a83d0b9a264b226cf1e20a7770d7fffe",
                    ignore_func_name="",
                    operation='UPDATE OF "balance_usd", "balance_inr", "held_usd", "held_inr"',
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
