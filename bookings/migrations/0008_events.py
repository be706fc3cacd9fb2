import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0007_hours_preview"),
        ("platform", "0007_events"),
    ]

    operations = [
        run_sql(__file__, "0008_events"),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_added",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition='WHEN (NEW."deleted_at" IS NULL)',
                    execute="private.appointment_event()",
                    func="",
                    hash="79e8bd9c65f7f0bdd6459a8ddc5f506fddca0cb0",
                    ignore_func_name="",
                    operation="INSERT",
                    pgid="pgtrigger_event_added_bb87e",
                    table="appointments",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_changed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.appointment_event()",
                    func="",
                    hash="c3773608b95377b552b14a8bc4252e92900fbb74",
                    ignore_func_name="",
                    operation='UPDATE OF "status", "deleted_at", "scheduled_at", "duration", "business_id"',
                    pgid="pgtrigger_event_changed_018b1",
                    table="appointments",
                    when="AFTER",
                ),
            ),
        ),
    ]
