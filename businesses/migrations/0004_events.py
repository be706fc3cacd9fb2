import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0003_search"),
        ("platform", "0007_events"),
    ]

    operations = [
        run_sql(__file__, "0004_events"),
        pgtrigger.migrations.AddTrigger(
            model_name="business",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_added",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition='WHEN (NEW."deleted_at" IS NULL)',
                    execute="private.business_event()",
                    func="",
                    hash="5532f6b3b4487ee867d57746068f952fbb8e0864",
                    ignore_func_name="",
                    operation="INSERT",
                    pgid="pgtrigger_event_added_df126",
                    table="business_v2",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="business",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_changed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.business_event()",
                    func="",
                    hash="97186e9bdcac20848308a52a694916144ca0639c",
                    ignore_func_name="",
                    operation="UPDATE",
                    pgid="pgtrigger_event_changed_7b2aa",
                    table="business_v2",
                    when="AFTER",
                ),
            ),
        ),
    ]
