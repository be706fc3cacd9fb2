import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0010_own_locks"),
    ]

    operations = [
        run_sql(__file__, "0011_owner_may_be_sent"),
        pgtrigger.migrations.AddTrigger(
            model_name="business",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="keep_id",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.keep_id()",
                    func="",
                    hash="0d0c1962c2ce07397456be8358fc39e929a6bba0",
                    ignore_func_name="",
                    operation='UPDATE OF "id"',
                    pgid="pgtrigger_keep_id_40a4f",
                    table="business_v2",
                    when="BEFORE",
                ),
            ),
        ),
    ]
