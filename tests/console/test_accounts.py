"""Test an account's page: a copy of the data, and erasing the account."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.schema.models import Account
from billing.models import LedgerEntry
from businesses.models import Business
from tests.factories import Tenant


def test_the_page_of_an_account_links_to_export_and_erasing(
    console: Client, alice: UUID, alices_tenant: Tenant
) -> None:
    shown = console.get(reverse("admin:platform_account_change", args=[alice])).content.decode()
    assert reverse("export-account", args=[alice]) in shown
    assert reverse("erase-account", args=[alice]) in shown


def test_a_copy_is_downloaded_and_recorded(console: Client, alice: UUID, alices_tenant: Tenant) -> None:
    url = reverse("export-account", args=[alice])
    assert console.post(url, {"reason": ""}).context["form"].errors
    response = console.post(url, {"reason": "T-1"})
    assert response.headers["Content-Disposition"] == f'attachment; filename="account-{alice}.json"'
    copy = json.loads(response.getvalue())  # type: ignore[attr-defined]
    assert copy["account"][0]["email"] == "alice@example.com"
    assert copy["businesses"][0]["name"] == "Corner Shop"
    shown = console.get(reverse("timeline", args=["platform", "account", alice]))
    assert "Account exported" in shown.content.decode()
    event = AuditEvent.objects.get(verb="export", row_id=str(alice))
    assert (event.actor_name, event.reason) == ("sam", "T-1")


def test_erasing_needs_the_account_typed_again(console: Client, alice: UUID, alices_tenant: Tenant) -> None:
    url = reverse("erase-account", args=[alice])
    for typed in ("", "bob@example.com", "alice"):
        response = console.post(url, {"reason": "T-2", "confirmation": typed})
        assert response.context["form"].errors["confirmation"]
    assert Business.objects.filter(user_id=alice).exists()
    assert console.get(url).status_code == 200
    assert Business.objects.filter(user_id=alice).exists()


def test_an_account_is_erased_and_the_ledger_stays(console: Client, alice: UUID, alices_tenant: Tenant) -> None:
    response = console.post(
        reverse("erase-account", args=[alice]), {"reason": "T-2", "confirmation": "Alice@Example.com"}
    )
    assert response.status_code == 302
    assert not Account.objects.filter(pk=alice).exists()
    assert not Business.objects.filter(user_id=alice).exists()
    assert LedgerEntry.objects.filter(user_id=alice).latest("seq").kind == "close"
    shown = console.get(reverse("timeline", args=["platform", "account", alice]))
    assert "Account erased" in shown.content.decode()
    event = AuditEvent.objects.get(verb="erase", row_id=str(alice))
    assert (event.actor_name, event.reason) == ("sam", "T-2")


@pytest.mark.parametrize("name", ["export-account", "erase-account"])
def test_export_and_erasing_each_need_their_permission(
    client: Client, alice: UUID, alices_tenant: Tenant, name: str
) -> None:
    agent: Any = StaffUser.objects.create_user("agent", password="x", is_staff=True)
    agent.user_permissions.add(*Permission.objects.filter(codename__in=["view_account", "change_account"]))
    client.force_login(agent)
    for answer in (client.get(reverse(name, args=[alice])), client.post(reverse(name, args=[alice]), {"reason": "x"})):
        assert answer.status_code == 403
