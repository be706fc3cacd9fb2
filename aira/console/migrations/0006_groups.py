"""Groups of staff. Docs: docs/CONSOLE.md, "Who may do what"; tests/console/test_groups.py decides each permission."""

from typing import Any

from django.db import migrations

READ_ONLY = """
    billing.view_ledgerentry billing.view_refund billing.view_transaction billing.view_wallet
    bookings.view_appointment bookings.view_bookingrules businesses.view_business
    console.view_analytics knowledge.view_document platform.view_account telephony.view_businessnumber
"""
SUPPORT = f"""{READ_ONLY}
    bookings.add_appointment bookings.change_appointment businesses.change_business
    knowledge.change_document telephony.change_businessnumber
"""
# The audit, webhooks, view-as and exports show people as they are: who has one of them may see personal data.
AS_THEY_ARE = """
    console.add_viewasuse console.view_personal_data console.view_viewasuse
    platform.view_auditevent platform.change_webhookdelivery platform.view_webhookdelivery
"""
GROUPS = {
    "read-only": READ_ONLY,
    "support": SUPPORT,
    "finance": f"""{READ_ONLY}
        billing.add_refund billing.add_transaction billing.change_transaction
        billing.decide_approvalrequest billing.view_approvalrequest console.export_lists
    """,
    "operations": f"""{SUPPORT} {AS_THEY_ARE}
        bookings.add_bookingrules bookings.change_bookingrules bookings.delete_appointment
        businesses.add_business businesses.delete_business console.erase_account console.export_account
        console.export_lists
        knowledge.add_document knowledge.delete_document
        telephony.add_businessnumber telephony.delete_businessnumber
    """,
    # Keeps the machinery running; moves no money, and makes no staff: that is left to superusers.
    "engineer": f"""{READ_ONLY} {AS_THEY_ARE}
        auth.view_group console.view_advisor console.view_staffuser knowledge.change_document ops.view_archive
        platform.change_serviceendpoint platform.view_serviceendpoint
        procrastinate.change_procrastinatejob procrastinate.view_procrastinatejob
    """,
}
# As the models say it; Django leaves a permission that exists as it is.
LABELS = {
    "billing.decide_approvalrequest": "Can approve and decline requests of others",
    "console.export_lists": "Can export lists",
    "console.view_personal_data": "Can view personal data unmasked",
}


def permissions(apps: Any, alias: str, names: str) -> list[Any]:
    """Made where they are missing: Django makes them only after the last migration."""
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    found = []
    for name in sorted(set(names.split())):
        app, codename = name.split(".")
        verb, model = codename.split("_", 1)
        label = LABELS.get(name, f"Can {verb} {model}")
        if app == "console" and model in ("account", "advisor", "analytics", "lists", "personal_data"):
            model = "staffuser"
        content_type, _ = content_types.get_or_create(app_label=app, model=model)
        permission, _ = (
            apps.get_model("auth", "Permission")
            .objects.using(alias)
            .get_or_create(content_type=content_type, codename=codename, defaults={"name": label})
        )
        found.append(permission)
    return found


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    for name, names in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(*permissions(apps, alias, names))


def revoke(apps: Any, schema_editor: Any) -> None:
    """A group that has members, or that was given more, stays: only this migration's grants go."""
    alias = schema_editor.connection.alias
    members = apps.get_model("console", "StaffUser").objects.using(alias)
    for name, names in GROUPS.items():
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name=name):
            group.permissions.remove(*permissions(apps, alias, names))
            if not group.permissions.exists() and not members.filter(groups=group).exists():
                group.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("console", "0005_search"),
    ]
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
                ],
                "verbose_name": "staff member",
            },
        ),
        migrations.RunPython(grant, revoke),
    ]
