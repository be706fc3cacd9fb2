"""Let staff with the permission book against the booking rules, above the capacity too."""

from typing import Any

from django.db import migrations

from aira.schema.operations import run_sql

# Who books every day also gets the call that a business squeezes somebody in.
GROUPS = ("operations", "support")
CODENAME, LABEL = "book_off_rules", "Can book against the booking rules"


def permission(apps: Any, alias: str) -> Any:
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label="bookings", model="appointment")
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    found, _ = permissions.get_or_create(content_type=content_type, codename=CODENAME, defaults={"name": LABEL})
    return found


def grant(apps: Any, schema_editor: Any) -> None:
    """Add the permission to groups. Django creates permissions after the last migration, so SQL would not find it."""
    alias = schema_editor.connection.alias
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
        group.permissions.add(permission(apps, alias))


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
        group.permissions.remove(permission(apps, alias))


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0005_search"),
        ("console", "0004_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="appointment",
            options={"ordering": ["-scheduled_at", "id"], "permissions": [(CODENAME, LABEL)]},
        ),
        run_sql(__file__, "0006_book_anyway"),
        migrations.RunPython(grant, revoke),
    ]
