"""Personal data of one record can be shown, for a reason and on record, to those who see it masked and talk to people."""

from typing import Any

from django.db import migrations

from aira.schema.operations import run_sql

GROUPS = ("finance", "support")
# No longer than 50: on the way to zero, Django makes the column that short.
PERMISSION = ("reveal_personal_data", "Can have a record's personal data shown")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    content_type, _ = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(alias)
        .get_or_create(app_label="console", model="staffuser")
    )
    permission, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get_or_create(content_type=content_type, codename=PERMISSION[0], defaults={"name": PERMISSION[1]})
    )
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
        group.permissions.add(permission)


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for permission in permissions.filter(content_type__app_label="console", codename=PERMISSION[0]):
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
            group.permissions.remove(permission)


class Migration(migrations.Migration):
    dependencies = [("console", "0007_lists")]
    operations = [
        run_sql(__file__, "0008_record_reveal"),
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
                    PERMISSION,
                ],
                "verbose_name": "staff member",
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
