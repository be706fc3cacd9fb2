"""The page of a tenant shows the rows that their JWT returns, masked for staff as everywhere."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client
from django.urls import reverse

from aira.console import tenant_page
from aira.console.models import StaffUser, ViewAsUse
from aira.console.tenant_page import as_pages, seen_by
from businesses.hours_in_words import hours_in_words
from tests.database import Database
from tests.factories import Tenant
from tests.tenant_rows import Rows


def test_the_rows_are_those_of_the_accounts_jwt(database: Database, direct: Any, alices: Rows, bobs: Rows) -> None:
    database.owner("update public.appointments set scheduled_at = now() + interval '2 days'")
    database.owner("update public.business_v2 set business_hours = %s", '{"weekly": {"mon": [["09:00", "12:00"]]}}')
    found = seen_by(alices.user)
    assert {tuple(business["hours"]) for business in as_pages(found)["businesses"]} == {
        ("Monday 09:00-12:00", "Tue–Sun closed")
    }
    for table, rows in found.items():
        with database.as_user(alices.user) as sql:
            expected = {row[0] for row in sql(f"select id from public.{table}").fetchall()}
        assert {row["id"] for row in rows} == expected, table
        assert expected, table
    # The transaction has ended, and the role with it.
    with connections["direct"].cursor() as cursor:
        cursor.execute("select current_user <> 'authenticated'")
        assert cursor.fetchone() == (True,)


@pytest.fixture
def rows(alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows as the account sees them; its connection is not part of this test's transaction."""

    def seen(account: Any) -> Any:
        business, number = alices_tenant.business, alices_tenant.number
        business.refresh_from_db()
        wallet = alices_tenant.wallet
        wallet.refresh_from_db()
        appointment = alices_tenant.appointment
        appointment.refresh_from_db()
        alices_tenant.transaction.refresh_from_db()
        tables = {
            "business_v2": [business], "business_numbers": [number], "appointments": [appointment],
            "wallets": [wallet], "transactions": [alices_tenant.transaction], "documents": [alices_tenant.document],
        }  # fmt: skip
        return {
            table: [{field.column: getattr(row, field.attname) for field in row._meta.concrete_fields} for row in rows]
            for table, rows in tables.items()
        }

    monkeypatch.setattr(tenant_page, "seen_by", seen)


def test_one_click_from_the_business_shows_what_the_tenant_sees_and_is_recorded(
    console: Client, alices_tenant: Tenant, rows: None
) -> None:
    url = reverse("tenant", args=[alices_tenant.business.user_id])
    page = console.get(reverse("business", args=[alices_tenant.business.pk])).content.decode()
    assert f'action="{url}"' in page
    shown = console.post(url, {"reason": "Ticket 17"}).content.decode()
    for part in ("Corner Shop", "+14155550111", "Carol", "a.pdf", "$25.00", "09:00-18:00 every day"):
        assert part in shown
    use = ViewAsUse.objects.get()
    assert (use.staff, use.account_id, use.reason) == ("sam", alices_tenant.business.user_id, "Ticket 17")


def test_opening_the_page_of_a_tenant_without_a_reason_shows_and_records_nothing(
    console: Client, alices_tenant: Tenant, rows: None
) -> None:
    shown = console.get(reverse("tenant", args=[alices_tenant.business.user_id])).content.decode()
    assert "Corner Shop" not in shown
    assert not ViewAsUse.objects.exists()


@pytest.mark.parametrize(("group", "status"), [("support", 200), ("operations", 200), ("finance", 403)])
def test_support_and_operations_may_view_as_a_tenant(
    client: Client, alices_tenant: Tenant, rows: None, group: str, status: int
) -> None:
    person = StaffUser.objects.create_user("rita", password="x", is_staff=True)
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    url = reverse("tenant", args=[alices_tenant.business.user_id])
    assert client.post(url, {"reason": "Ticket 17"}).status_code == status


def test_a_row_of_an_unknown_business_breaks_nothing() -> None:
    tables = ("business_v2", "business_numbers", "appointments", "wallets", "transactions", "documents")
    assert as_pages({table: [] for table in tables})["businesses"] == []


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (None, ["09:00-18:00 every day, since no hours are set"]),
        (
            {"weekly": {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}},
            ["Mon–Fri 09:00-12:00", "Sat–Sun closed"],
        ),
        (
            {
                "weekly": {"mon": [["18:00", "02:00"]]},
                "special": {"2026-12-25": []},
                "closures": [{"from": "2026-08-01T00:00", "to": "2026-08-16T00:00"}],
            },
            [
                "Monday 18:00-02:00", "Tue–Sun closed", "Fri 25 Dec 2026 closed",
                "Closed 1 Aug 2026 00:00 to 16 Aug 2026 00:00",
            ],
        ),
        ("x", ["x"]),
        ({"weekly": [1]}, ["{'weekly': [1]}"]),
    ],
)  # fmt: skip
def test_the_page_of_a_tenant_shows_opening_hours_in_words(hours: Any, said: list[str]) -> None:
    assert hours_in_words(hours) == said
