import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0003_contract"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="document",
            name="fill_owner",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="fill_owner",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.fill_owner()",
                    func="",
                    hash="77277ff3569eb62474f27efe54d37e38f10c3419",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "business_id", "deleted_at"',
                    pgid="pgtrigger_fill_owner_23eb1",
                    table="documents",
                    when="BEFORE",
                ),
            ),
        ),
    ]
