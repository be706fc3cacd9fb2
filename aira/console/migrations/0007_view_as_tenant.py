"""Support sees what a tenant sees, with masks as everywhere; tests/console/test_groups.py decides."""

from typing import Any

from django.db import migrations

GROUPS = ("engineer", "operations", "support")
PERMISSION = ("view_as_tenant", "Can view as a tenant")


def permission(apps: Any, alias: str) -> Any:
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label="console", model="staffuser")
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    codename, name = PERMISSION
    found, _ = permissions.get_or_create(content_type=content_type, codename=codename, defaults={"name": name})
    return found


def grant(apps: Any, schema_editor: Any) -> None:
    """Create the permission here, since Django creates it only after the last migration."""
    alias = schema_editor.connection.alias
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
        group.permissions.add(permission(apps, alias))


def revoke(apps: Any, schema_editor: Any) -> None:
    """Take back only what `grant` gave."""
    alias = schema_editor.connection.alias
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
        group.permissions.remove(permission(apps, alias))


class Migration(migrations.Migration):
    dependencies = [("console", "0006_notes")]
    operations = [
        migrations.AlterModelOptions(
            name="staffuser",
            options={
                "permissions": [
                    ("view_advisor", "Can view the advisor's findings"),
                    ("export_account", "Can export an account's data"),
                    ("erase_account", "Can erase an account"),
                    ("view_analytics", "Can view the analytics"),
                    ("view_personal_data", "Can view personal data unmasked"),
                    ("export_lists", "Can export lists"),
                    ("view_as_tenant", "Can view as a tenant"),
                    ("reveal_personal_data", "Can reveal the personal data of a record"),
                    ("reset_second_factor", "Can reset the second factor of others"),
                    ("unlock_staff", "Can unlock staff who failed to log in"),
                ],
                "verbose_name": "member of staff",
                "verbose_name_plural": "staff",
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
