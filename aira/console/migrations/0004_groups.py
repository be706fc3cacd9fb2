"""Groups of staff. Docs: docs/CONSOLE.md, "Who may do what"; tests/console/test_groups.py decides each permission."""

from typing import Any

from django.db import migrations

READ_ONLY = """
    billing.view_ledgerentry billing.view_payment billing.view_paymentfact billing.view_refund
    billing.view_transaction billing.view_wallet bookings.view_appointment bookings.view_bookingrules
    businesses.view_business console.view_analytics knowledge.view_document platform.view_account
    telephony.view_businessnumber
"""
BOOKS = """
    bookings.add_appointment bookings.book_off_rules bookings.change_appointment businesses.change_business
    knowledge.change_document telephony.change_businessnumber
"""
# The audit, webhooks, view-as and exports show people unmasked. So these groups may see personal data.
UNMASKED = """
    console.add_viewasuse console.view_personal_data console.view_viewasuse
    platform.view_auditevent platform.change_webhookdelivery platform.view_webhookdelivery
    console.view_bulkrun console.cancel_bulkrun
"""
GROUPS = {
    "read-only": READ_ONLY,
    "support": f"{READ_ONLY} {BOOKS} console.reveal_personal_data",
    "finance": f"""{READ_ONLY}
        billing.add_refund billing.add_transaction billing.change_payment billing.change_stripeevent
        billing.change_transaction billing.decide_approvalrequest billing.view_approvalrequest
        billing.view_stripeevent console.export_lists console.reveal_personal_data
    """,
    "operations": f"""{READ_ONLY} {BOOKS} {UNMASKED}
        bookings.add_bookingrules bookings.change_bookingrules bookings.delete_appointment
        businesses.add_business businesses.delete_business console.erase_account console.export_account
        console.export_lists knowledge.add_document knowledge.delete_document
        telephony.add_businessnumber telephony.delete_businessnumber
    """,
    # Engineers keep jobs and deliveries running. They move no money and create no staff: only superusers do that.
    "engineer": f"""{READ_ONLY} {UNMASKED}
        auth.view_group billing.change_stripeevent billing.view_stripeevent console.view_advisor
        console.view_staffuser knowledge.change_document ops.view_archive ops.view_backup ops.view_integrityrun
        ops.view_restoredrill ops.view_workerprocess platform.change_serviceendpoint platform.view_anchor
        platform.view_serviceendpoint
        procrastinate.change_procrastinatejob procrastinate.view_procrastinatejob
    """,
}
# Labels as the models define them. Django does not change an existing permission.
LABELS = {
    "billing.change_stripeevent": "Can change Stripe event",
    "billing.decide_approvalrequest": "Can approve and decline requests of others",
    "billing.view_paymentfact": "Can view payment fact",
    "billing.view_stripeevent": "Can view Stripe event",
    "bookings.book_off_rules": "Can book against the booking rules",
    "console.cancel_bulkrun": "Can cancel bulk actions of others",
    "console.export_lists": "Can export lists",
    "console.reveal_personal_data": "Can reveal the personal data of a record",
    "console.view_bulkrun": "Can view run of a bulk action",
    "console.view_personal_data": "Can view personal data unmasked",
    "ops.view_workerprocess": "Can view worker process",
    "platform.view_anchor": "Can view anchor",
}
MODELS = {"bookings.book_off_rules": "appointment"}
OF_STAFF = ("account", "advisor", "analytics", "lists", "personal_data")


def permissions(apps: Any, alias: str, names: str) -> list[Any]:
    """Create the missing permissions: Django creates them only after the last migration."""
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    found = []
    for name in sorted(set(names.split())):
        app, codename = name.split(".")
        verb, model = codename.split("_", 1)
        label = LABELS.get(name, f"Can {verb} {model}")
        model = MODELS.get(name, model)
        if app == "console" and model in OF_STAFF:
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
    """Take back the grants of this migration. A group that has members or other permissions stays."""
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
        ("console", "0003_search"),
    ]
    operations = [migrations.RunPython(grant, revoke)]
