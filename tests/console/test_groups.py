"""Test the permissions of groups. A new permission fails the first test until a group gets it, or none on purpose."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from aira.console.models import StaffUser
from tests.conftest import migrate
from tests.database import Database

ALL = "engineer finance operations read-only support"
DECIDED = {
    "api.change_apijob": "engineer operations",
    "api.view_apijob": "engineer finance operations",
    "auth.view_group": "engineer",
    "billing.add_refund": "finance",
    "billing.add_transaction": "finance",
    "billing.change_transaction": "finance",
    "billing.decide_approvalrequest": "finance",
    "billing.view_approvalrequest": "finance",
    "billing.view_ledgerentry": ALL,
    "billing.change_payment": "finance",
    "billing.change_stripeevent": "engineer finance",
    "billing.view_payment": ALL,
    "billing.view_paymentfact": ALL,
    "billing.view_refund": ALL,
    "billing.view_stripeevent": "engineer finance",
    "billing.view_transaction": ALL,
    "billing.view_wallet": ALL,
    "bookings.add_appointment": "operations support",
    "bookings.add_bookingrules": "operations",
    "bookings.book_off_rules": "operations support",
    "bookings.change_appointment": "operations support",
    "bookings.change_bookingrules": "operations",
    "bookings.delete_appointment": "operations",
    "bookings.view_appointment": ALL,
    "bookings.view_bookingrules": ALL,
    "businesses.add_business": "operations",
    "businesses.change_business": "operations support",
    "businesses.delete_business": "operations",
    "businesses.view_business": ALL,
    "console.add_viewasuse": "engineer operations",
    "console.add_note": "engineer finance operations support",
    "console.cancel_bulkrun": "engineer operations",
    "console.change_note": "engineer finance operations support",
    "console.erase_account": "operations",
    "console.export_account": "operations",
    "console.export_lists": "finance operations",
    "console.reveal_personal_data": "finance support",
    "console.view_advisor": "engineer",
    "console.view_analytics": ALL,
    "console.view_as_tenant": "engineer operations support",
    "console.view_bulkrun": "engineer operations",
    "console.view_note": ALL,
    "console.view_personal_data": "engineer operations",
    "console.view_staffuser": "engineer",
    "console.view_viewasuse": "engineer operations",
    "knowledge.add_document": "operations",
    "knowledge.change_document": "engineer operations support",
    "knowledge.delete_document": "operations",
    "knowledge.view_document": ALL,
    "ops.view_archive": "engineer",
    "ops.view_backup": "engineer",
    "ops.view_integrityrun": "engineer",
    "ops.view_workerprocess": "engineer",
    "ops.view_restoredrill": "engineer",
    "platform.add_webhooksubscription": "engineer",
    "platform.change_serviceendpoint": "engineer",
    "platform.change_webhookdelivery": "engineer operations",
    "platform.change_webhooksubscription": "engineer",
    "platform.delete_webhooksubscription": "engineer",
    "platform.view_account": ALL,
    "platform.view_anchor": "engineer",
    "platform.view_auditevent": "engineer operations",
    "platform.view_serviceendpoint": "engineer",
    "platform.view_event": "engineer operations",
    "platform.view_webhookdelivery": "engineer operations",
    "platform.view_webhooksubscription": "engineer operations",
    "procrastinate.change_procrastinatejob": "engineer",
    "procrastinate.view_procrastinatejob": "engineer",
    "telephony.add_businessnumber": "operations",
    "telephony.change_businessnumber": "operations support",
    "telephony.delete_businessnumber": "operations",
    "telephony.view_businessnumber": ALL,
}
# No group has these: staff who manage staff could give themselves any right, and nobody edits what the database writes.
NOBODYS = {
    "account": "emailaddress: add change delete view; emailconfirmation: add change delete view",
    "api": "apikey: add change delete view",
    "admin": "logentry: add change delete view",
    "auth": "permission: add change delete view; group: add change delete",
    "billing": "wallet: add change delete; transaction: delete; ledgerentry: add change delete; refund: change delete;"
    " approvalrequest: add change delete; payment: add delete; paymentfact: add change delete; stripeevent: add delete",
    "axes": "accessattempt: add change delete view; accesslog: add change delete view;"
    " accessfailurelog: add change delete view; accessattemptexpiration: add change delete view",
    "bookings": "bookingrules: delete",
    "console": "staffuser: add change delete; viewasuse: change delete; second_factor: reset; staff: unlock",
    "contenttypes": "contenttype: add change delete view",
    "mfa": "authenticator: add change delete view",
    "ops": "archive: add change delete; backup: add change delete; restoredrill: add change delete;"
    " integrityrun: add change delete; workerprocess: add change delete",
    "platform": "account: add change delete; serviceendpoint: add delete; webhookdelivery: add delete;"
    " deliveryattempt: add change delete view; analyticsrefresh: add change delete view",
    "procrastinate": "procrastinatejob: add delete; procrastinateworker: add change delete view;"
    " procrastinateevent: add change delete view; procrastinateperiodicdefer: add change delete view",
    "sessions": "session: add change delete view",
}


def nobodys() -> set[str]:
    return {
        f"{app}.{verb}_{line.split(':')[0].strip()}"
        for app, lines in NOBODYS.items()
        for line in lines.split(";")
        for verb in line.split(":")[1].split()
    }


def test_each_permission_belongs_to_a_group_or_to_none_on_purpose(db: None) -> None:
    found: dict[str, str] = {}
    for permission in Permission.objects.select_related("content_type").prefetch_related("group_set"):
        name = f"{permission.content_type.app_label}.{permission.codename}"
        found[name] = " ".join(sorted(group.name for group in permission.group_set.all()))
    assert {name: who for name, who in found.items() if who} == DECIDED
    assert {name for name, who in found.items() if not who} == nobodys()


def test_groups_with_audit_or_export_also_see_personal_data(db: None) -> None:
    raw = ("view_auditevent", "view_webhookdelivery", "add_viewasuse", "export_account")
    groups = Group.objects.filter(permissions__codename__in=raw).distinct()
    assert {group.name for group in groups} == {"engineer", "operations"}
    for group in groups:
        assert group.permissions.filter(codename="view_personal_data").exists(), group.name


@pytest.mark.parametrize(
    ("group", "path", "status"),
    [
        ("read-only", "billing/transaction/", 200),
        ("read-only", "billing/transaction/add/", 403),
        ("read-only", "platform/auditevent/", 403),
        ("support", "bookings/appointment/", 200),
        ("support", "platform/auditevent/", 403),
        ("support", "console/staffuser/", 403),
        ("finance", "bookings/appointment/add/", 403),
        ("operations", "platform/auditevent/", 200),
        ("operations", "console/staffuser/", 403),
        ("engineer", "procrastinate/procrastinatejob/", 200),
        ("engineer", "console/staffuser/", 200),
        ("engineer", "console/staffuser/add/", 403),
    ],
)
def test_a_group_opens_its_pages_and_no_others(
    db: None, client: Client, django_user_model: type[StaffUser], group: str, path: str, status: int
) -> None:
    member = django_user_model.objects.create_user("member", is_staff=True)
    member.groups.add(Group.objects.get(name=group))
    client.force_login(member)
    assert client.get(reverse("admin:index") + path, secure=True).status_code == status


def test_undoing_the_migration_keeps_a_group_with_members_and_redoing_it_grants_again(
    database: Database, django_db_blocker: Any
) -> None:
    def grants() -> dict[str, int]:
        rows = database.owner(
            "select g.name, count(gp.id) from console.auth_group g"
            " left join console.auth_group_permissions gp on gp.group_id = g.id group by 1"
        )
        return {str(name): int(count) for name, count in rows.fetchall()}

    before = grants()
    database.owner(
        "with member as (insert into console.staff_users (id, username, password, first_name, last_name, email,"
        " is_staff, is_active, is_superuser, date_joined)"
        " values (gen_random_uuid(), 'mona', '', '', '', '', true, true, false, now()) returning id)"
        " insert into console.staff_users_groups (staffuser_id, group_id)"
        " select m.id, g.id from member m, console.auth_group g where g.name = 'support'"
    )
    with django_db_blocker.unblock():
        migrate(database.name, "console", "0003")
    assert grants() == {"support": 0}
    with django_db_blocker.unblock():
        migrate(database.name)
    assert grants() == before
    assert database.owner("select count(*) from console.staff_users_groups").fetchone() == (1,)
