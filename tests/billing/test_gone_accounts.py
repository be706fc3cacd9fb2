"""The console still lists, exports and shows the rows that outlive a deleted account."""

import pytest
from django.test import Client
from django.urls import reverse

from aira.console.models import StaffUser
from billing.models import ApprovalRequest, LedgerEntry, Wallet
from tests.adminkit.test_exports import export, table
from tests.adminkit.test_transitions import press, url
from tests.database import Database
from tests.tenant_rows import Rows


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(StaffUser.objects.create_superuser(name, f"{name}@example.com", "correct horse battery"))
    return client


@pytest.fixture
def gone(database: Database, alices: Rows, bobs: Rows, in_its_database: None) -> Rows:
    """Alice's deleted account, for which staff had requested a top-up."""
    press(signed_in("sam"), Wallet.objects.get(user_id=alices.user), "top-up", amount="600.00", reason="contract")
    database.owner("delete from auth.users where id = %s", alices.user)
    return alices


@pytest.fixture
def toni(gone: Rows) -> Client:
    return signed_in("toni")


def test_finance_lists_and_exports_the_ledger_of_a_deleted_account(toni: Client, gone: Rows) -> None:
    count = LedgerEntry.objects.count()
    assert LedgerEntry.objects.filter(user_id=gone.user).count() > 1
    page = toni.get(reverse("admin:billing_ledgerentry_changelist"))
    assert len(page.context["cl"].result_list) == count
    rows = table(export(toni, LedgerEntry))
    assert len(rows) == count
    emails = {(row["Owner id"] == str(gone.user), row["Owner e-mail"]) for row in rows}
    assert emails == {(True, ""), (False, "bob@example.com")}
    [entry, *_] = LedgerEntry.objects.filter(user_id=gone.user)
    assert toni.get(reverse("admin:billing_ledgerentry_change", args=[entry.pk])).status_code == 200


def test_finance_declines_the_approval_request_of_a_deleted_account(toni: Client, gone: Rows) -> None:
    request = ApprovalRequest.objects.get()
    page = toni.get(reverse("admin:billing_approvalrequest_changelist"))
    assert list(page.context["cl"].result_list) == [request]
    assert (
        f"for account {gone.user}, which was deleted. Reason: contract"
        in toni.get(url(request, "approve")).content.decode()
    )
    assert "account" in press(toni, request, "approve").lower()
    request.refresh_from_db()
    assert request.decided_at is None
    assert "Declined" in press(toni, request, "decline")
