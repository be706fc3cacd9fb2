"""Who may see events and manage subscriptions; tests/console/test_groups.py decides."""

from typing import Any

from django.db import migrations

# Model, verb, label and groups. Events may hold personal data, which these groups see anyway.
PERMISSIONS = (
    ("event", "view", "Can view event", ("engineer", "operations")),
    ("webhooksubscription", "view", "Can view webhook subscription", ("engineer", "operations")),
    ("webhooksubscription", "add", "Can add webhook subscription", ("engineer",)),
    ("webhooksubscription", "change", "Can change webhook subscription", ("engineer",)),
    ("webhooksubscription", "delete", "Can delete webhook subscription", ("engineer",)),
)


def permission(apps: Any, alias: str, model: str, verb: str, label: str) -> Any:
    """Return a permission. Django creates them only after the last migration, so create it here."""
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label="platform", model=model)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    found, _ = permissions.get_or_create(
        content_type=content_type, codename=f"{verb}_{model}", defaults={"name": label}
    )
    return found


def grant(apps: Any, schema_editor: Any) -> None:
    """Create the permissions here, since Django creates them only after the last migration."""
    alias = schema_editor.connection.alias
    for model, verb, label, groups in PERMISSIONS:
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=groups):
            group.permissions.add(permission(apps, alias, model, verb, label))


def revoke(apps: Any, schema_editor: Any) -> None:
    """Take the permissions back from the groups."""
    alias = schema_editor.connection.alias
    for model, verb, label, groups in PERMISSIONS:
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=groups):
            group.permissions.remove(permission(apps, alias, model, verb, label))


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0008_list_views"),
        ("platform", "0008_subscriptions"),
    ]
    operations = [migrations.RunPython(grant, revoke)]
