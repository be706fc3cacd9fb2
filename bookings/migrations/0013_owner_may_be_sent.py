import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("businesses", "0011_owner_may_be_sent"),
        ("bookings", "0012_times_validated"),
    ]

    operations = [
        run_sql(__file__, "0013_owner_may_be_sent"),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="keep_id",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.keep_id()",
                    func="",
                    hash="9d0b4710e5ab5b08c799f9e2f2db60f33950aea8",
                    ignore_func_name="",
                    operation='UPDATE OF "id"',
                    pgid="pgtrigger_keep_id_eaf88",
                    table="appointments",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingrules",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="keep_id",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.keep_id()",
                    func="",
                    hash="07761df317b342d4123c9e9f2c2db500f7fc5393",
                    ignore_func_name="",
                    operation='UPDATE OF "id"',
                    pgid="pgtrigger_keep_id_990cf",
                    table="booking_rules",
                    when="BEFORE",
                ),
            ),
        ),
    ]
