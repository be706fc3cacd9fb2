import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0003_contract"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="appointment",
            name="fill_owner",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="fill_owner",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.fill_owner()",
                    func="",
                    hash="91c2da9bf0ff51f070c5b19e961c91e6aa6820eb",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "business_id", "deleted_at"',
                    pgid="pgtrigger_fill_owner_c496a",
                    table="appointments",
                    when="BEFORE",
                ),
            ),
        ),
    ]
