import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client
from django.urls import reverse

from aira.adminkit import exports
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.schema import replica
from billing.models import Transaction
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_pages import MODELS, page
from tests.database import Database
from tests.factories import Tenant
from tests.tenant_rows import Rows

REASON = {"reason": "Ticket 17"}


def export(console: Client, model: type, query: str = "", kind: str = "csv") -> Any:
    return console.post(page(model, "export") + query, {"format": kind, **REASON})


def table(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_filtered_list_is_exported_as_csv(console: Client, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    answer = export(console, Transaction, f"?user__id__exact={alices_tenant.transaction.user_id}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="transaction-')
    [row] = table(answer)
    assert (row["Id"], row["Amount"], row["Currency"]) == (str(alices_tenant.transaction.pk), "25.00", "USD")
    assert row["Owner e-mail"] == "alice@example.com"


def test_an_export_is_recorded_without_the_search_text(console: Client, alices_tenant: Tenant) -> None:
    table(export(console, Transaction, "?q=alice@example.com&status__exact=completed"))
    event = AuditEvent.objects.get(verb="export")
    assert (event.table_name, event.row_id, event.reason, event.actor_name) == (
        "exports",
        "transactions",
        "Ticket 17",
        "sam",
    )
    assert event.after == {"format": "csv", "rows": 1, "filters": ["q", "status__exact"]}
    assert "transactions" in console.get(page(AuditEvent, "changelist")).content.decode()


def test_an_export_without_a_reason_is_refused(console: Client, alices_tenant: Tenant) -> None:
    answer = console.post(page(Transaction, "export"), {"format": "csv"})
    assert answer.status_code == 200
    assert "“Reason” is empty. Fill it in." in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="export").exists()


def test_the_export_page_shows_the_number_of_rows(console: Client, alices_tenant: Tenant) -> None:
    text = console.get(page(Transaction, "export")).content.decode()
    assert "exactly 1 transaction." in text
    assert "1 credits: $25.00" in text


def sheet(answer: Any) -> list[Any]:
    import openpyxl

    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_cell_that_begins_like_a_formula_is_exported_as_text(
    console: Client, alices_tenant: Tenant, kind: str
) -> None:
    evil = {"customer_name": '=HYPERLINK("http://evil.example","x")', "notes": "@SUM(1+1)", "service_type": "-2+3"}
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(**evil, customer_phone="+14155550111")
    answer = export(console, Appointment, kind=kind)
    if kind == "csv":
        [row] = table(answer)
    else:
        names, cells = sheet(answer)
        assert {cell.data_type for cell in cells} <= {"s", "n", "b", "inlineStr"}
        row = {str(name.value): str(cell.value) for name, cell in zip(names, cells, strict=True)}
    for name, value in evil.items():
        assert row[str(Appointment._meta.get_field(name).verbose_name).capitalize()] == f"'{value}"
    assert row["Customer phone"] == "+14155550111"


def test_texts_are_quoted_and_numbers_are_not(console: Client, alices_tenant: Tenant) -> None:
    Appointment.objects.update(notes="x;=1+1", customer_name="＝1+1")
    text = b"".join(export(console, Appointment).streaming_content).decode("utf-8-sig")
    assert '"x;\'=1+1"' in text
    assert '"\'＝1+1"' in text
    text = b"".join(export(console, Transaction).streaming_content).decode("utf-8-sig")
    assert ",25.00," in text
    assert '"USD"' in text


def test_an_export_to_excel_is_refused_above_its_row_limit(
    console: Client, alices_tenant: Tenant, bobs_tenant: Tenant, monkeypatch: Any
) -> None:
    assert export(console, Transaction, kind="xlsx")["Content-Type"] == exports.XLSX
    monkeypatch.setattr(exports, "XLSX_LIMIT", 1)
    answer = export(console, Transaction, kind="xlsx")
    assert "XLSX can have at most 1 rows, but the list has 2" in answer.content.decode()
    assert AuditEvent.objects.filter(verb="export").count() == 1


def test_only_staff_with_the_permission_export(client: Client, alices_tenant: Tenant) -> None:
    reader = StaffUser.objects.create_user("rita", password="correct horse battery", is_staff=True)
    for allowed, status in (
        (["view_transaction"], 403),
        (["export_lists"], 403),
        (["view_transaction", "export_lists"], 200),
    ):
        reader.user_permissions.set(Permission.objects.filter(codename__in=allowed))
        client.force_login(StaffUser.objects.get(pk=reader.pk))
        assert client.get(page(Transaction, "export")).status_code == status
        assert export(client, Transaction).status_code == status
        if "view_transaction" in allowed:
            linked = "Export this list" in client.get(page(Transaction, "changelist")).content.decode()
            assert linked == (status == 200)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_can_be_exported(console: Client, alices_tenant: Tenant, bobs_tenant: Tenant, model: type) -> None:
    from django.contrib import admin

    from aira.adminkit.model_admin import ModelAdmin

    if isinstance(admin.site._registry[model], ModelAdmin):
        found = table(export(console, model))
        assert len(found) == model._default_manager.count()


def test_staff_who_may_not_see_personal_data_export_masks(client: Client, alices_tenant: Tenant) -> None:
    member = StaffUser.objects.create_user("fin", password="correct horse battery", is_staff=True)
    member.user_permissions.set(
        Permission.objects.filter(codename__in=["export_lists", "view_transaction", "view_appointment"])
    )
    client.force_login(member)
    [row] = table(export(client, Transaction))
    assert row["Owner e-mail"] == "a•••@example.com"
    [row] = table(export(client, Appointment))
    assert (row["Customer name"], row["Business name"]) == ("C•••", "Corner Shop")
    names, cells = sheet(export(client, Appointment, kind="xlsx"))
    row = {name.value: cell.value for name, cell in zip(names, cells, strict=True)}
    assert (row["Customer name"], row["Business name"]) == ("C•••", "Corner Shop")


@pytest.fixture
def beside(database: Database, in_its_database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Use the same database as the replica, over a read-only connection."""
    mine = connections.databases["default"]
    read_only = {**mine["OPTIONS"], "options": "-c default_transaction_read_only=on"}
    connections.databases[replica.ALIAS] = {**mine, "NAME": database.name, "OPTIONS": read_only}
    monkeypatch.setattr(replica, "source", replica.Source)
    yield
    connections[replica.ALIAS].close()
    del connections[replica.ALIAS]
    del connections.databases[replica.ALIAS]


def test_exports_and_analytics_read_the_replica_and_record_on_the_primary(
    client: Client, alices: Rows, beside: None
) -> None:
    client.force_login(StaffUser.objects.create_superuser("sam", "sam@example.com", "correct horse battery"))
    answer = export(client, Transaction)
    assert answer["X-Read-From"] == "replica"
    assert [row["Id"] for row in table(answer)] == [str(alices.transaction)]
    assert AuditEvent.objects.filter(verb="export").count() == 1
    answer = export(client, Transaction, kind="xlsx")
    assert (answer["X-Read-From"], answer.status_code) == ("replica", 200)
    assert "Read from a copy of the database." in client.get(reverse("analytics")).content.decode()


def test_an_export_has_heads_in_words_and_times_in_the_zone_of_the_business(
    console: Client, alices_tenant: Tenant
) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Asia/Kolkata")
    at = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(scheduled_at=at)
    answer = console.post(page(Appointment, "changelist") + "export/", {"format": "csv", "reason": "x"})
    [row] = table(answer)
    assert row["Start"] == "2026-12-24T14:30:00+05:30"
    assert row["Business time zone"] == "Asia/Kolkata"
    assert {"Owner id", "Owner e-mail", "Customer name"} <= set(row)
