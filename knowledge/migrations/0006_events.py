import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0005_unfinished_documents"),
        ("platform", "0007_events"),
    ]

    operations = [
        run_sql(__file__, "0006_events"),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_added",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition="WHEN (new.processing_status in ('completed', 'failed') and new.deleted_at is null)",
                    execute="private.document_event()",
                    func="",
                    hash="767eebc950fb35d70650ce26b25e44a0385509f8",
                    ignore_func_name="",
                    operation="INSERT",
                    pgid="pgtrigger_event_added_c8627",
                    table="documents",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="event_changed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    condition="WHEN (new.processing_status in ('completed', 'failed') and new.deleted_at is null and new.processing_status <> old.processing_status)",
                    execute="private.document_event()",
                    func="",
                    hash="685450b4cf3c192ba746d1a63553838483c93524",
                    ignore_func_name="",
                    operation='UPDATE OF "processing_status"',
                    pgid="pgtrigger_event_changed_b305a",
                    table="documents",
                    when="AFTER",
                ),
            ),
        ),
    ]
