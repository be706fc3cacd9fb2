import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("telephony", "0004_search"),
        ("platform", "0007_events"),
    ]

    operations = [
        run_sql(__file__, "0005_events"),
        pgtrigger.migrations.AddTrigger(
            model_name="businessnumber",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_added",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition='WHEN (NEW."deleted_at" IS NULL)',
                    execute="private.number_event()",
                    func="",
                    hash="054f24ab0e0675c947cf8d95acef525f1bf0245b",
                    ignore_func_name="",
                    operation="INSERT",
                    pgid="pgtrigger_event_added_5e940",
                    table="business_numbers",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="businessnumber",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_changed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition="WHEN (old.deleted_at is null and new.deleted_at is not null or old.deleted_at is not null and new.deleted_at is null)",
                    execute="private.number_event()",
                    func="",
                    hash="10fdcf0b957af60fbd3e7dc7e5e9ee1bf56f3ad0",
                    ignore_func_name="",
                    operation='UPDATE OF "deleted_at"',
                    pgid="pgtrigger_event_changed_21f1f",
                    table="business_numbers",
                    when="AFTER",
                ),
            ),
        ),
    ]
