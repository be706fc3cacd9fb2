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
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."business_hours" IS DISTINCT FROM (NEW."business_hours") OR OLD."business_type" IS DISTINCT FROM (NEW."business_type") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."logo_url" IS DISTINCT FROM (NEW."logo_url") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."phone_number" IS DISTINCT FROM (NEW."phone_number") OR OLD."timezone" IS DISTINCT FROM (NEW."timezone") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."website" IS DISTINCT FROM (NEW."website"))',
                    execute="private.business_event()",
                    func="",
                    hash="8997a0f6acd7b73d1b145a67917a8e44bd315c3d",
                    ignore_func_name="",
                    operation="UPDATE",
                    pgid="pgtrigger_event_changed_7b2aa",
                    table="business_v2",
                    when="AFTER",
                ),
            ),
        ),
    ]
