import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0004_events"),
        ("platform", "0010_sync"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="business",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="followed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.note_change()",
                    func="",
                    hash="fb6964258a8e2590d76fa92a3992ddf4d10226ec",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_followed_04d4e",
                    table="business_v2",
                    when="AFTER",
                ),
            ),
        ),
    ]
