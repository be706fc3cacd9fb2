import uuid
from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models

import aira.schema.models
from aira.schema.operations import run_sql

# Who may see jobs of the API and stop them; tests/console/test_groups.py decides.
PERMISSIONS = (
    ("view", "Can view API job", ("engineer", "finance", "operations")),
    ("change", "Can change API job", ("engineer", "operations")),
)


def permission(apps: Any, alias: str, verb: str, label: str) -> Any:
    """Return a permission. Django creates them only after the last migration, so create it here."""
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label="api", model="apijob")
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    found, _ = permissions.get_or_create(content_type=content_type, codename=f"{verb}_apijob", defaults={"name": label})
    return found


def grant(apps: Any, schema_editor: Any) -> None:
    """Give the permissions to the groups."""
    alias = schema_editor.connection.alias
    for verb, label, groups in PERMISSIONS:
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=groups):
            group.permissions.add(permission(apps, alias, verb, label))


def revoke(apps: Any, schema_editor: Any) -> None:
    """Take the permissions back from the groups."""
    alias = schema_editor.connection.alias
    for verb, label, groups in PERMISSIONS:
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=groups):
            group.permissions.remove(permission(apps, alias, verb, label))


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_keys"),
        ("console", "0009_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiJob",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("export", "Export of a list"),
                            ("bulk", "Bulk request"),
                            ("search", "Search for contradictions"),
                        ]
                    ),
                ),
                (
                    "operation",
                    models.TextField(
                        help_text="Operation that the caller asked for, such as a bulk request or an export."
                    ),
                ),
                ("request", models.JSONField(null=True)),
                ("actor_kind", models.TextField(verbose_name="kind of caller")),
                ("actor_id", models.TextField(verbose_name="id of the caller")),
                ("actor_name", models.TextField(verbose_name="requested by")),
                ("request_id", models.TextField(verbose_name="id of the request")),
                ("reason", models.TextField(null=True)),
                (
                    "personal",
                    models.BooleanField(
                        default=False,
                        help_text="Whether personal data in the file is unmasked.",
                        verbose_name="shows people",
                    ),
                ),
                ("total", models.BigIntegerField(help_text="Number of rows. Empty until they are counted.", null=True)),
                ("done", models.BigIntegerField(default=0, help_text="Number of rows that were handled.")),
                ("after", models.JSONField(null=True)),
                ("result", models.JSONField(null=True)),
                ("problem", models.JSONField(null=True)),
                ("attempt", models.BigIntegerField(default=0, help_text="How many workers began or continued it.")),
                ("seen_at", models.DateTimeField(help_text="When the worker last made progress.", null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(help_text="When the file and the result are removed.", null=True)),
                ("size", models.BigIntegerField(help_text="Bytes of the file.", null=True)),
                (
                    "packed_size",
                    models.BigIntegerField(help_text="Bytes of the file if it is sent with gzip.", null=True),
                ),
                ("link_version", models.BigIntegerField(default=1)),
                ("removed_at", models.DateTimeField(help_text="When the file and the result were removed.", null=True)),
                ("downloaded_at", models.DateTimeField(help_text="When the file was last sent.", null=True)),
            ],
            options={
                "verbose_name": "API job",
                "db_table": "api_jobs",
                "ordering": ["-created_at", "id"],
                "default_permissions": ("view", "change"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)), fields=["created_at"], name="idx_api_jobs_open"
                    ),
                    models.Index(fields=["actor_id", "-created_at", "-id"], name="idx_api_jobs_actor"),
                    models.Index(
                        condition=models.Q(("removed_at", None)), fields=["expires_at"], name="idx_api_jobs_expires"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("reason"), 2000
                            )
                        ),
                        name="api_job_reason_length",
                        violation_error_message="The reason can have at most 2,000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("finished_at", None), ("started_at__isnull", False), _connector="OR"),
                        name="api_job_ends_after_its_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyUsage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key_id", models.UUIDField()),
                ("day", models.DateField()),
                ("operation", models.TextField()),
                ("requests", models.BigIntegerField()),
                ("client_errors", models.BigIntegerField(help_text="Answers with a status of 400 to 499.")),
                ("server_errors", models.BigIntegerField(help_text="Answers with a status of 500 or more.")),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "db_table": "key_usage",
                "ordering": ["-day", "operation"],
                "default_permissions": (),
                "indexes": [aira.schema.models.Index(fields=["day"], name="idx_key_usage_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("key_id", "day", "operation"), name="key_usage_once"),
                    models.CheckConstraint(condition=models.Q(("requests__gte", 0)), name="key_usage_counts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportChunk",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("start", models.BigIntegerField(help_text="Byte of the file at which it begins.")),
                ("size", models.BigIntegerField()),
                ("packed_start", models.BigIntegerField(help_text="The same for the compressed file.")),
                ("packed_size", models.BigIntegerField()),
                ("content", models.BinaryField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="chunks",
                        to="api.apijob",
                    ),
                ),
            ],
            options={
                "db_table": "export_chunks",
                "ordering": ["position"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("job", "position"), name="export_chunk_once")],
            },
        ),
        migrations.CreateModel(
            name="JobItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("index", models.BigIntegerField()),
                ("item", models.JSONField()),
                ("outcome", models.JSONField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="items",
                        to="api.apijob",
                    ),
                ),
            ],
            options={
                "db_table": "api_job_items",
                "ordering": ["index"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("job", "index"), name="job_item_once")],
            },
        ),
        run_sql(__file__, "0002_jobs_and_usage"),
        migrations.RunPython(grant, revoke),
    ]
