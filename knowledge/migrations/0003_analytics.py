import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0002_contract"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="processed_at",
            field=models.DateTimeField(
                editable=False, help_text="When processing was completed or failed. Set by the database.", null=True
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="check_document",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.check_document()",
                    func="",
                    hash="42281c0f079f38961fddd8600d5a398e96969f42",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "id", "processing_status", "deleted_at", "attempts", "rescues", "processing_started_at", "processed_at"',
                    pgid="pgtrigger_check_document_59272",
                    table="documents",
                    when="BEFORE",
                ),
            ),
        ),
        run_sql(__file__, "0003_analytics"),
    ]
