"""Who may see payments and Stripe's events, and bring the ledger to them; tests/console/test_groups.py decides."""

from typing import Any

from django.db import migrations

GRANTS = {
    ("payment", "view_payment", "Can view payment"): ("engineer", "finance", "operations", "read-only", "support"),
    ("payment", "change_payment", "Can change payment"): ("finance",),
    ("paymentfact", "view_paymentfact", "Can view payment fact"): (
        "engineer",
        "finance",
        "operations",
        "read-only",
        "support",
    ),
    ("stripeevent", "view_stripeevent", "Can view Stripe event"): ("engineer", "finance"),
    ("stripeevent", "change_stripeevent", "Can change Stripe event"): ("engineer", "finance"),
}


def permission(apps: Any, alias: str, model: str, codename: str, name: str) -> Any:
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    content_type, _ = content_types.get_or_create(app_label="billing", model=model)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    found, _ = permissions.get_or_create(content_type=content_type, codename=codename, defaults={"name": name})
    return found


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    for about, names in GRANTS.items():
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=names):
            group.permissions.add(permission(apps, alias, *about))


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    for about, names in GRANTS.items():
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=names):
            group.permissions.remove(permission(apps, alias, *about))


class Migration(migrations.Migration):
    dependencies = [("billing", "0018_payments"), ("console", "0013_texts_checked")]
    operations = [migrations.RunPython(grant, revoke)]
