"""Runs of bulk actions, and who sees and cancels those of others."""

import uuid
from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

GROUPS = ("engineer", "operations")
PERMISSIONS = (
    ("view_bulkrun", "Can view run of a bulk action"),
    ("cancel_bulkrun", "Can cancel bulk actions of others"),
)


def grant(apps: Any, schema_editor: Any) -> None:
    """Made where they are missing: Django makes them only after the last migration."""
    alias = schema_editor.connection.alias
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label="console", model="bulkrun")
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for codename, name in PERMISSIONS:
        permission, _ = permissions.get_or_create(content_type=content_type, codename=codename, defaults={"name": name})
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
            group.permissions.add(permission)


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    codenames = [codename for codename, _ in PERMISSIONS]
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for permission in permissions.filter(content_type__app_label="console", codename__in=codenames):
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
            group.permissions.remove(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0009_second_factor"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("model", models.TextField(help_text="What its rows are, such as billing.transaction")),
                ("action", models.TextField(help_text="Name of the transition")),
                ("label", models.TextField(verbose_name="what")),
                ("staff_name", models.TextField(verbose_name="asked by")),
                ("reason", models.TextField(null=True)),
                ("total", models.IntegerField(verbose_name="rows")),
                (
                    "unfit",
                    models.IntegerField(help_text="How many of them it could not be done to when they were chosen"),
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
                "verbose_name": "run of a bulk action",
                "verbose_name_plural": "runs of bulk actions",
                "db_table": "bulk_runs",
                "ordering": ["-created_at", "id"],
                "permissions": [("cancel_bulkrun", "Can cancel bulk actions of others")],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row_id", models.TextField()),
                ("outcome", models.TextField(null=True)),
                ("said", models.TextField(help_text="Why it was refused", null=True)),
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
            ],
            options={
                "db_table": "bulk_rows",
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="bulkrun",
            index=models.Index(
                condition=models.Q(("finished_at", None), ("started_at__isnull", False)),
                fields=["started_at"],
                name="idx_bulk_runs_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("started_at", None), ("reason__regex", "\\S"), _connector="OR"),
                name="bulk_run_has_a_reason",
                violation_error_message="Say why: it is recorded with each change.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("finished_at", None), ("started_at__isnull", False), _connector="OR"),
                name="bulk_run_ends_after_its_start",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkrow",
            index=models.Index(
                condition=models.Q(("outcome", None)), fields=["run", "id"], name="idx_bulk_rows_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="bulkrow",
            index=models.Index(fields=["run", "outcome", "id"], name="idx_bulk_rows_outcome"),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.UniqueConstraint(fields=("run", "row_id"), name="bulk_row_once_in_a_run"),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at", None), ("outcome", None), ("said", None)),
                    models.Q(("at__isnull", False), ("outcome", "done"), ("said", None)),
                    models.Q(("at__isnull", False), ("outcome", "refused"), ("said__isnull", False)),
                    _connector="OR",
                ),
                name="bulk_row_outcome_known",
            ),
        ),
        migrations.RunPython(grant, revoke),
    ]
