import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.migrations
from django.db import migrations, models

import aira.schema.models
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
                (
                    "base_url",
                    models.TextField(help_text="Web address to which webhooks are sent.", verbose_name="address"),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "failing_since",
                    models.DateTimeField(
                        editable=False, help_text="First failed attempt after the last successful one.", null=True
                    ),
                ),
                (
                    "held_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="Deliveries stay pending during a hold.",
                        null=True,
                        verbose_name="on hold since",
                    ),
                ),
                ("held_reason", models.TextField(editable=False, null=True, verbose_name="reason of the hold")),
                ("last_error", models.TextField(editable=False, null=True)),
                ("last_failure_at", models.DateTimeField(editable=False, null=True, verbose_name="last failure")),
                ("last_success_at", models.DateTimeField(editable=False, null=True, verbose_name="last success")),
            ],
            options={
                "db_table": "service_endpoints",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("base_url__regex", "^https?://[^/?#@\\\\[:space:]]+")),
                        name="endpoint_url_has_origin",
                        violation_error_message="The address must be absolute, for example https://voice.example.com.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("base_url"), 2048
                            ),
                            (
                                "base_url__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                            ),
                        ),
                        name="endpoint_url_is_web_address",
                        violation_error_message="The address must be a web address of at most 2,048 characters, such as https://www.example.com.",
                    ),
                ],
            },
        ),
        publish("service_endpoints", "private"),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "endpoint",
                    models.TextField(help_text="The service that receives the webhook."),
                ),
                (
                    "event",
                    models.TextField(
                        help_text="INSERT: the service processes the document. DELETE: the service forgets it."
                    ),
                ),
                ("table_name", models.TextField(verbose_name="table")),
                ("record_id", models.UUIDField(verbose_name="record")),
                ("body", models.TextField(help_text="The text that is sent, as JSON.")),
                ("attempts", models.IntegerField(db_default=0)),
                (
                    "attempts_before",
                    models.IntegerField(
                        db_default=0,
                        help_text="Attempts that were made before the last replay.",
                        verbose_name="attempts before the replay",
                    ),
                ),
                (
                    "next_attempt_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="During an attempt, this is its time limit. Empty: no further attempt.",
                        null=True,
                        verbose_name="next attempt",
                    ),
                ),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "last_status",
                    models.IntegerField(help_text="HTTP status of the service's last response.", null=True),
                ),
                ("last_error", models.TextField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="platform.account",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "webhook deliveries",
                "db_table": "webhook_deliveries",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    aira.schema.models.Index(
                        condition=models.Q(("next_attempt_at__isnull", False)),
                        fields=["endpoint", "next_attempt_at"],
                        name="idx_deliveries_due",
                    ),
                    aira.schema.models.Index(
                        condition=models.Q(("delivered_at", None), ("next_attempt_at", None)),
                        fields=["-created_at"],
                        name="idx_deliveries_dead",
                    ),
                    aira.schema.models.Index(fields=["-created_at"], name="idx_deliveries_created_at"),
                    aira.schema.models.Index(fields=["record_id"], name="idx_deliveries_record_id"),
                ],
            },
        ),
        publish("webhook_deliveries", "private"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                run_sql(__file__, "0003_attempts"),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="DeliveryAttempt",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(verbose_name="time")),
                        ("endpoint", models.TextField()),
                        ("attempt", models.IntegerField()),
                        (
                            "duration",
                            models.IntegerField(
                                help_text="Milliseconds until the response, or until the attempt failed.",
                                verbose_name="duration in ms",
                            ),
                        ),
                        (
                            "status",
                            models.IntegerField(
                                help_text="HTTP status of the response. Empty without a response.", null=True
                            ),
                        ),
                        ("error", models.TextField(null=True)),
                        ("request_head", models.TextField(verbose_name="headers sent")),
                        ("response_head", models.TextField(null=True, verbose_name="headers received")),
                        (
                            "response_body",
                            models.TextField(
                                help_text="First 4 kB of the response.", null=True, verbose_name="response"
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="log",
                                to="platform.webhookdelivery",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "delivery_attempts",
                        "ordering": ["-at"],
                        "indexes": [
                            aira.schema.models.Index(fields=["delivery"], name="idx_delivery_attempts_delivery_id")
                        ],
                    },
                ),
            ],
        ),
        run_sql(__file__, "0003_functions"),
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
    ]
