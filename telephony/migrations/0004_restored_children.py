import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("telephony", "0003_contract"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="businessnumber",
            name="fill_owner",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="businessnumber",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="fill_owner",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.fill_owner()",
                    func="",
                    hash="06c2a2bd10e15019aa7f9d9595fba3211244d1a3",
                    ignore_func_name="",
                    operation='INSERT OR UPDATE OF "business_id", "deleted_at"',
                    pgid="pgtrigger_fill_owner_26301",
                    table="business_numbers",
                    when="BEFORE",
                ),
            ),
        ),
    ]
