import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from aira.console import engineer_pages
from aira.console.models import StaffUser, ViewAsUse
from aira.console.view_as import TABLES, look
from billing.actions import LedgerProblem
from tests.database import Database
from tests.tenant_rows import Rows


def test_staff_see_exactly_the_rows_that_the_accounts_jwt_returns(
    database: Database, direct: Any, alices: Rows, bobs: Rows
) -> None:
    for table in TABLES:
        view = look(account=alices.user, table=table)
        with database.as_user(alices.user) as sql:
            cursor = sql(f"select * from public.{table} order by created_at desc, id")
            rows = cursor.fetchall()
        assert view.columns == [column.name for column in cursor.description]
        # Django returns JSON as text here.
        as_text = [tuple(json.dumps(v) if isinstance(v, dict | list) else v for v in row) for row in rows]
        assert [tuple(row) for row in view.rows] == as_text
        assert view.refused is None


def test_a_visitor_is_refused(database: Database, direct: Any, alices: Rows) -> None:
    view = look(account=None, table="wallets", row=alices.wallet)
    assert view.rows == []
    assert "permission denied" in str(view.refused)
    assert view.verdicts == [
        "Hidden: anon has no grant to SELECT from wallets.",
        "Hidden: no policy lets anon read wallets.",
    ]


def test_a_hidden_row_is_explained_by_the_policy_that_hides_it(
    database: Database, direct: Any, alices: Rows, bobs: Rows
) -> None:
    name = "documents_select_authenticated"
    [shown] = look(account=alices.user, table="documents", row=alices.document).verdicts
    assert shown.startswith(f"Shown by policy {name}:")
    [foreign] = look(account=alices.user, table="documents", row=bobs.document).verdicts
    assert foreign.startswith(f"Hidden by policy {name}:")
    database.owner("delete from public.documents where id = %s", alices.document)
    [trashed] = look(account=alices.user, table="documents", row=alices.document).verdicts
    assert trashed.startswith(f"Hidden by policy {name}:")
    assert "deleted_at IS NULL" in trashed
    [gone] = look(account=alices.user, table="documents", row=uuid4()).verdicts
    assert "has no row" in gone


def test_viewing_changes_nothing_and_resets_the_role(database: Database, direct: Any, alices: Rows) -> None:
    look(account=alices.user, table="wallets")
    with connections["direct"].cursor() as cursor:
        cursor.execute("select current_setting('role'), current_setting('request.jwt.claims', true)")
        assert cursor.fetchone() in (("none", ""), ("none", None))


def test_view_as_shows_only_tables_of_the_contract() -> None:
    with pytest.raises(ValueError, match="pg_authid"):
        look(account=None, table="pg_authid")


@pytest.mark.django_db(databases=["default", "direct"])
def test_each_use_is_recorded_with_staff_and_reason(client: Client, staff: Any, alice: Any) -> None:
    client.force_login(staff)
    url = reverse("view-as")
    assert client.get(url).status_code == 200
    assert ViewAsUse.objects.count() == 0
    missing = client.post(url, {"account": "alice@example.com", "table": "wallets"})
    assert missing.context["form"].errors["reason"]
    assert ViewAsUse.objects.count() == 0
    page = client.post(url, {"account": "alice@example.com", "table": "wallets", "reason": "ticket 7"})
    assert "Wallets, as alice@example.com sees them" in page.content.decode()
    use = ViewAsUse.objects.get()
    assert (use.staff, use.account_id, use.table_name, use.reason) == ("sam", alice, "wallets", "ticket 7")


@pytest.mark.parametrize("account", ["nobody@example.com", "x", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_account_gives_an_error(client: Client, staff: Any, account: str) -> None:
    client.force_login(staff)
    page = client.post(reverse("view-as"), {"account": account, "table": "wallets", "reason": "x"})
    assert page.status_code == 200
    assert page.context["form"].errors["account"]


def test_view_as_and_advisor_need_their_permissions(client: Client, db: None) -> None:
    client.force_login(StaffUser.objects.create_user("new", password="correct horse", is_staff=True))
    assert client.get(reverse("view-as")).status_code == 403
    assert client.post(reverse("view-as"), {}).status_code == 403
    assert client.get(reverse("advisor")).status_code == 403
    assert client.get(reverse("ledger-proof")).status_code == 403


@pytest.mark.django_db(databases=["default", "direct"])
def test_the_page_of_the_advisor_opens(client: Client, staff: Any) -> None:
    client.force_login(staff)
    assert "No findings." in client.get(reverse("advisor")).content.decode()


def test_the_ledger_proof_reports_success_or_the_problems(
    client: Client, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(staff)
    assert "No problems." in client.get(reverse("ledger-proof")).content.decode()
    wrong = LedgerProblem("balance_differs", "some wallet", "1 too much")
    monkeypatch.setattr(engineer_pages, "ledger_problems", lambda: [wrong])
    text = client.get(reverse("ledger-proof")).content.decode()
    assert "1 problem." in text
    assert "1 too much" in text
