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
                    condition="WHEN (new.deleted_at is null and (new.status <> old.status or new.status = 'confirmed' and (old.deleted_at is not null or (new.scheduled_at, new.duration, new.business_id) <> (old.scheduled_at, old.duration, old.business_id))) or new.deleted_at is not null and old.deleted_at is null and old.status = 'confirmed')",
                    execute="private.appointment_event()",
                    func="",
                    hash="513a4db114bee6ea6fc7e0b446597798ac9fa381",
                    ignore_func_name="",
                    operation='UPDATE OF "status", "deleted_at", "scheduled_at", "duration", "business_id"',
                    pgid="pgtrigger_event_changed_018b1",
                    table="appointments",
                    when="AFTER",
                ),
            ),
        ),
    ]
