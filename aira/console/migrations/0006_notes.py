"""Notes of staff, and who may write and read them; tests/console/test_groups.py decides."""

import uuid
from typing import Any

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from aira.schema.operations import run_sql

PERMISSIONS = {
    ("view_note", "Can view note"): ("engineer", "finance", "operations", "read-only", "support"),
    ("add_note", "Can add note"): ("engineer", "finance", "operations", "support"),
    ("change_note", "Can change note"): ("engineer", "finance", "operations", "support"),
}


def permission(apps: Any, alias: str, codename: str, name: str) -> Any:
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label="console", model="note")
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    found, _ = permissions.get_or_create(content_type=content_type, codename=codename, defaults={"name": name})
    return found


def grant(apps: Any, schema_editor: Any) -> None:
    """Create the permissions here, since Django creates them only after the last migration."""
    alias = schema_editor.connection.alias
    for about, names in PERMISSIONS.items():
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=names):
            group.permissions.add(permission(apps, alias, *about))


def revoke(apps: Any, schema_editor: Any) -> None:
    """Take back only what `grant` gave."""
    alias = schema_editor.connection.alias
    for about, names in PERMISSIONS.items():
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=names):
            group.permissions.remove(permission(apps, alias, *about))


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_analytics"),
        ("bookings", "0005_search"),
        ("businesses", "0003_search"),
        ("console", "0005_staff_status"),
        ("platform", "0005_analytics"),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "text",
                    models.TextField(
                        help_text="For colleagues. As little personal data as possible.", verbose_name="note"
                    ),
                ),
                (
                    "ticket",
                    models.TextField(blank=True, help_text="Web address of the ticket, such as https://…", null=True),
                ),
                ("author_name", models.TextField(editable=False, verbose_name="written by")),
                (
                    "due",
                    models.DateField(blank=True, help_text="The day by which the follow-up should be done.", null=True),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("done_at", models.DateTimeField(editable=False, null=True)),
                ("done_by", models.TextField(editable=False, null=True)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector("text", config="simple"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="platform.account",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="bookings.appointment",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="notes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "business",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="businesses.business",
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="billing.transaction",
                    ),
                ),
            ],
            options={
                "db_table": "notes",
                "ordering": ["-created_at", "id"],
                "default_permissions": ("add", "change", "view"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("business__isnull", False)),
                        fields=["business", "-created_at"],
                        name="idx_notes_business",
                    ),
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["account", "-created_at"],
                        name="idx_notes_account",
                    ),
                    models.Index(
                        condition=models.Q(("appointment__isnull", False)),
                        fields=["appointment", "-created_at"],
                        name="idx_notes_appointment",
                    ),
                    models.Index(
                        condition=models.Q(("transaction__isnull", False)),
                        fields=["transaction", "-created_at"],
                        name="idx_notes_transaction",
                    ),
                    models.Index(
                        condition=models.Q(("assignee__isnull", False), ("done_at", None)),
                        fields=["assignee", "due"],
                        name="idx_notes_assignee",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["search"], name="idx_notes_search"
                    ),
                    models.Index(fields=["-created_at", "id"], name="idx_notes_created_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.Exact(
                                models.Func(
                                    models.F("business"),
                                    models.F("account"),
                                    models.F("appointment"),
                                    models.F("transaction"),
                                    function="num_nonnulls",
                                    output_field=models.IntegerField(),
                                ),
                                1,
                            )
                        ),
                        name="note_has_one_subject",
                        violation_error_message="A note is about one record.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text__regex", "\\S")),
                        name="note_not_empty",
                        violation_error_message="Write the note.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("text"), 10000
                            )
                        ),
                        name="note_length",
                        violation_error_message="The note can have at most 10,000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("ticket"), 2048
                            ),
                            (
                                "ticket__regex",
                                "^(?!.*[\\x1-\\x1f\\x7f-\\x9f\\xad\\x61c\\x180e\\x200b\\x200e\\x200f\\x2028-\\x202e\\x2060-\\x206f\\xfeff\\xe0000-\\xe007f])(?:[hH][tT][tT][pP][sS]?://[^/?#@\\\\\\s]+(?:[/?#][^\\\\\\s]*)?)?$",
                            ),
                        ),
                        name="note_ticket_address",
                        violation_error_message="The ticket must be a web address of at most 2,048 characters, such as https://www.example.com.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="note_done_by_somebody",
                    ),
                ],
            },
        ),
        run_sql(__file__, "0006_notes"),
        migrations.RunPython(grant, revoke),
    ]
