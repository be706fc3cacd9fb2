import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from aira.schema.operations import run_sql


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0001_initial"),
        ("platform", "0005_analytics"),
    ]

    operations = [
        migrations.CreateModel(
            name="ViewAsUse",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("staff", models.TextField(verbose_name="member of staff")),
                (
                    "account_id",
                    models.UUIDField(
                        help_text="Empty for a visitor who has not logged in.", null=True, verbose_name="account"
                    ),
                ),
                ("table_name", models.TextField(verbose_name="table")),
                ("row_id", models.UUIDField(null=True, verbose_name="record")),
                ("reason", models.TextField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="time"),
                ),
            ],
            options={
                "verbose_name": "use of view-as",
                "verbose_name_plural": "uses of view-as",
                "db_table": "view_as_uses",
                "ordering": ["-created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="view_as_reason_length",
                        violation_error_message="The reason can have at most 2,000 characters.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "model",
                    models.TextField(help_text="For example billing.transaction.", verbose_name="kind of record"),
                ),
                ("action", models.TextField(verbose_name="name of the action")),
                ("label", models.TextField(verbose_name="action")),
                ("staff_name", models.TextField(verbose_name="started by")),
                ("reason", models.TextField(null=True)),
                ("total", models.IntegerField(verbose_name="records")),
                (
                    "unfit",
                    models.IntegerField(
                        help_text="Number of records to which the action could not apply when they were chosen.",
                        verbose_name="not possible",
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancelled_by", models.TextField(null=True)),
                (
                    "staff",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk action",
                "verbose_name_plural": "bulk actions",
                "db_table": "bulk_runs",
                "ordering": ["-created_at", "id"],
                "permissions": [("cancel_bulkrun", "Can cancel bulk actions of others")],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None), ("started_at__isnull", False)),
                        fields=["started_at"],
                        name="idx_bulk_runs_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("started_at", None), ("reason__regex", "\\S"), _connector="OR"),
                        name="bulk_run_has_a_reason",
                        violation_error_message="Enter a reason. It is recorded with each change.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("finished_at", None), ("started_at__isnull", False), _connector="OR"),
                        name="bulk_run_ends_after_its_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="bulk_run_reason_length",
                        violation_error_message="The reason can have at most 2,000 characters.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row_id", models.TextField()),
                ("outcome", models.TextField(null=True)),
                ("said", models.TextField(null=True, verbose_name="reason of the failure")),
                ("at", models.DateTimeField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="console.bulkrun",
                    ),
                ),
                ("note", models.TextField(help_text="Note on a record that succeeded.", null=True)),
            ],
            options={
                "db_table": "bulk_rows",
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", None)), fields=["run", "id"], name="idx_bulk_rows_waiting"
                    ),
                    models.Index(fields=["run", "outcome", "id"], name="idx_bulk_rows_outcome"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "row_id"), name="bulk_row_once_in_a_run"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("at", None), ("outcome", None), ("said", None)),
                            models.Q(("at__isnull", False), ("outcome", "done"), ("said", None)),
                            models.Q(("at__isnull", False), ("outcome", "refused"), ("said__isnull", False)),
                            _connector="OR",
                        ),
                        name="bulk_row_outcome_known",
                    ),
                ],
            },
        ),
        run_sql(__file__, "0002_audit"),
    ]
