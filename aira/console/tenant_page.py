"""Show what a tenant sees: a page to read, made of the rows that their JWT returns."""

import json
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from aira.adminkit.links import page_of
from aira.adminkit.money_format import money
from aira.adminkit.reasons import ReasonForm
from aira.audit.events import model_of
from aira.console.models import ViewAsUse
from aira.console.view_as import masked
from aira.formats.dates import time_text
from aira.schema.models import Account
from aira.schema.roles import become
from businesses.hours_in_words import hours_in_words

SHOWN = 50
# The statements run as the account, so row security and grants decide what they return.
TABLES = {
    "business_v2": "select * from public.business_v2 where deleted_at is null order by name, id limit %s",
    "business_numbers": "select * from public.business_numbers where deleted_at is null"
    " order by is_primary desc, phone_number limit %s",
    "appointments": "select * from public.appointments where deleted_at is null and scheduled_at >= %s"
    " order by scheduled_at, id limit %s",
    "wallets": "select * from public.wallets limit %s",
    "transactions": "select * from public.transactions order by created_at desc, id limit %s",
    "documents": "select * from public.documents where deleted_at is null order by created_at desc, id limit %s",
}
Rows = list[dict[str, Any]]


def seen_by(account: UUID) -> dict[str, Rows]:
    """Return the rows of each table as the account sees them, one more than SHOWN, with personal data masked.

    Read on the direct connection, in one read-only transaction. The role `console` is not a member of the data API's
    roles.
    """
    found: dict[str, Rows] = {}
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute("set transaction read only")
        become(cursor, "authenticated", account)
        for table, statement in TABLES.items():
            values: list[Any] = [timezone.now(), SHOWN + 1] if table == "appointments" else [SHOWN + 1]
            cursor.execute(statement, values)
            columns = [column.name for column in cursor.description]
            rows = [masked(table, columns, row) for row in cursor.fetchall()]
            found[table] = [with_labels(table, dict(zip(columns, row, strict=True))) for row in rows]
        transaction.set_rollback(True, using="direct")
    return found


def with_labels(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with a label beside each value of a choice, such as `status_label`."""
    model = model_of(table)
    fields = [field for field in model._meta.fields if field.choices] if model else []
    labels = {field.column: dict(field.flatchoices) for field in fields}
    return row | {f"{name}_label": label.get(row[name], row[name]) for name, label in labels.items() if name in row}


@staff_member_required(login_url="admin:login")
@permission_required("console.view_as_tenant", raise_exception=True)
def tenant_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a reason on GET. On POST, record the use and show the page."""
    account = get_object_or_404(Account, pk=pk)
    form = ReasonForm(request.POST or None)
    context = {
        "title": f"View as {account}",
        "account": account,
        "account_url": page_of(account) if request.user.has_perm("platform.view_account") else "",
        "table_view": reverse("view-as") if request.user.has_perm("console.add_viewasuse") else "",
        "form": form,
        **admin.site.each_context(request),
    }
    if request.method == "POST" and form.is_valid():
        ViewAsUse.objects.create(
            staff=request.user.get_username(),
            account_id=account.pk,
            table_name="their pages",
            reason=form.cleaned_data["reason"],
        )
        context |= as_pages(seen_by(account.pk))
    return render(request, "console/tenant.html", context)


def parsed(value: Any) -> Any:
    """Return a JSON value. A cursor of Django returns JSON as text."""
    return json.loads(value) if isinstance(value, str) else value


def as_pages(found: dict[str, Rows]) -> dict[str, Any]:
    """Return the rows as the page shows them: by business, with times in the business's zone."""
    zones = {row["id"]: ZoneInfo(row["timezone"]) for row in found["business_v2"]}
    for one in found["appointments"]:
        there = one["scheduled_at"].astimezone(zones.get(one["business_id"], ZoneInfo("UTC")))
        one["local"] = time_text(there, weekday=True)

    def part(table: str, business: Any) -> dict[str, Any]:
        rows = [row for row in found[table] if row["business_id"] == business]
        return {"rows": rows[:SHOWN], "more": len(rows) > SHOWN}

    businesses = [
        {
            **row,
            "hours": hours_in_words(parsed(row["business_hours"])),
            "numbers": part("business_numbers", row["id"]),
            "appointments": part("appointments", row["id"]),
            "documents": part("documents", row["id"]),
        }
        for row in found["business_v2"][:SHOWN]
    ]
    wallet = next(iter(found["wallets"]), None)
    balances = [money(wallet[f"balance_{unit.lower()}"], unit) for unit in ("USD", "INR")] if wallet else []
    spent = [
        {**row, "text": money(row["amount"] if row["type"] == "credit" else -row["amount"], row["currency"])}
        for row in found["transactions"][:20]
    ]
    return {"shown": True, "businesses": businesses, "wallet": wallet, "balances": balances, "transactions": spent}
