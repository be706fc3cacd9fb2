import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.triggers
from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0003_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("xact_id", models.BigIntegerField(help_text="What changed in the same transaction has the same")),
                ("table_name", models.TextField(verbose_name="table")),
                ("row_id", models.TextField()),
                ("business_id", models.UUIDField(null=True)),
                ("verb", models.TextField()),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("actor_kind", models.TextField(help_text="staff, api_key, user, service or database")),
                ("actor_id", models.TextField(null=True)),
                ("actor_name", models.TextField(null=True)),
                ("request_id", models.TextField(null=True)),
                ("reason", models.TextField(null=True)),
            ],
            options={
                "db_table": '"audit"."events"',
                "ordering": ["-at", "-id"],
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        run_sql(__file__, "0004_audit"),
        pgtrigger.migrations.AddTrigger(
            model_name="serviceendpoint",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="audit",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.record_change('updated_at', 'failing_since', 'last_success_at', 'last_failure_at', 'last_error')",
                    func="",
                    hash="5107464ff46a514b5a9787d4ea38a0a046e5793b",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_audit_444e1",
                    table="service_endpoints",
                    when="AFTER",
                ),
            ),
        ),
    ]
