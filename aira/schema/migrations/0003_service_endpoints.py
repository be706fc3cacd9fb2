import django.db.models.functions.datetime
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.triggers
from aira.schema.operations import publish, run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceEndpoint",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("base_url", models.TextField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "db_table": "service_endpoints",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("base_url__regex", "^https?://[^/?#@\\\\[:space:]]+")),
                        name="endpoint_url_has_origin",
                        violation_error_message="The base URL must be absolute, such as https://voice.example.com.",
                    )
                ],
            },
        ),
        publish("service_endpoints", "private"),
        pgtrigger.migrations.AddTrigger(
            model_name="serviceendpoint",
            trigger=aira.schema.triggers.CompiledTrigger(
                name="updated_at",
                sql=aira.schema.triggers.SharedFunctionTriggerSql(
                    execute="private.set_updated_at()",
                    func="",
                    hash="a1c6d9161b90b0a361162a9d461e882f8a4411f6",
                    ignore_func_name="",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_updated_at_2a4a8",
                    table="service_endpoints",
                    when="BEFORE",
                ),
            ),
        ),
        run_sql(__file__, "0003_access"),
    ]
