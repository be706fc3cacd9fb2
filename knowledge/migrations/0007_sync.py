import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0006_events"),
        ("platform", "0010_sync"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="followed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.note_change()",
                    func="",
                    hash="35bcd8f820c520cc1e4e86c4216567f26d31236a",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_followed_2da3e",
                    table="documents",
                    when="AFTER",
                ),
            ),
        ),
    ]
