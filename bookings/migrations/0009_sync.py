import pgtrigger.migrations
from django.db import migrations

import aira.schema.triggers


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0008_events"),
        ("platform", "0010_sync"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="followed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.note_change()",
                    func="",
                    hash="c6cf82dd489b545d2e3134aa496f861771fe5f20",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_followed_126ac",
                    table="appointments",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bookingrules",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="followed",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.note_change()",
                    func="",
                    hash="73de67cf913f6d3a4f8afd1c6e391f4e6e49a095",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_followed_a55b9",
                    table="booking_rules",
                    when="AFTER",
                ),
            ),
        ),
    ]
