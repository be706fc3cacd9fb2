"""The console page with a wallet's statement: entries of a period in one currency, balances and holds."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from aira.adminkit.field_errors import Form
from aira.adminkit.money_format import money
from aira.adminkit.reasons import ReasonForm
from aira.adminkit.times import in_reach
from aira.exports.list_exports import PERMISSION, record_export
from aira.exports.spreadsheets import csv_lines
from billing import actions
from billing.flows import flows
from billing.models import Currency, LedgerEntry, Transaction, TransactionStatus, Wallet
from billing.statement_files import COLUMNS, LIMIT, pdf, rows

# Entries on a page. The ledger's list and its export have all of them.
SHOWN = 500


class FileForm(ReasonForm):
    """Form that asks for the format of a file and the reason."""

    field_order = ("format", "reason")
    format = forms.ChoiceField(
        choices=[("pdf", "PDF, for the customer"), ("csv", "CSV, for a spreadsheet")], widget=UnfoldAdminSelectWidget
    )


class PeriodForm(Form):
    """Days in UTC, both included. Defaults replace invalid values: this month, and the wallet's currency."""

    first = forms.DateField(required=False, label="From", widget=UnfoldAdminSingleDateWidget)
    last = forms.DateField(required=False, label="To", widget=UnfoldAdminSingleDateWidget)
    currency = forms.ChoiceField(choices=Currency, required=False, widget=UnfoldAdminSelectWidget)


def period(request: HttpRequest) -> tuple[date, date]:
    """Return the first and the last day of the requested period."""
    sent = PeriodForm(request.GET)
    sent.is_valid()
    today = timezone.now().astimezone(UTC).date()
    first = sent.cleaned_data.get("first") or (sent.cleaned_data.get("last") or today).replace(day=1)
    first = in_reach(first)
    last = sent.cleaned_data.get("last") or month_after(first) - timedelta(days=1)
    return first, in_reach(max(last, first))


def month_after(day: date) -> date:
    """Return the first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def midnight(day: date) -> datetime:
    """Return the beginning of a day in UTC."""
    return datetime.combine(day, time(), UTC)


def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the statement of a wallet: GET ?first=2026-11-01&last=2026-11-30&currency=USD.

    It requires the permissions to view wallets and ledger entries.
    """
    if not request.user.has_perms(["billing.view_wallet", "billing.view_ledgerentry"]):
        raise PermissionDenied
    # One snapshot, so that the balances and the entries between them agree.
    with transaction.atomic():
        wallet = Wallet.objects.select_related("user").filter(pk=pk).first()
        if wallet is None:
            raise Http404("This wallet does not exist.")
        first, last = period(request)
        currency = request.GET.get("currency", "")
        currency = currency if currency in Currency.values else wallet.currency
        may_export = request.user.has_perm(PERMISSION)
        if request.method == "POST":
            if not may_export:
                raise PermissionDenied
            form = FileForm(request.POST)
            if form.is_valid():
                answer = form.cleaned_data
                return file(look(wallet, first, last, currency, LIMIT), answer["format"], answer["reason"])
        else:
            form = FileForm()
        context = look(wallet, first, last, currency) | {"file_form": form if may_export else None}
    return render(request, "billing/statement.html", {**context, **admin.site.each_context(request)})


def file(context: dict[str, Any], kind: str, reason: str) -> HttpResponse:
    """Return the statement as a file, and record it like an export of a list."""
    period = f"{context['first']:%Y-%m-%d}-to-{context['last']:%Y-%m-%d}"
    details = {
        "format": kind,
        "rows": len(context["lines"]),
        "statement": period,
        "wallet": str(context["wallet"].pk),
    }
    record_export(LedgerEntry, details, reason)
    if kind == "pdf":
        content, media = pdf(context), "application/pdf"
    else:
        lines = csv_lines([*COLUMNS, "Currency"], ([*row, context["currency"]] for row in rows(context, as_text=False)))
        content, media = ("\ufeff" + "".join(lines)).encode(), "text/csv; charset=utf-8"
    name = f"statement-{period}-{context['currency']}.{kind}"
    return HttpResponse(content, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def look(wallet: Wallet, first: date, last: date, currency: str, limit: int = SHOWN) -> dict[str, Any]:
    """Return the context of the page. Both days are included."""
    start, end = midnight(first), midnight(last + timedelta(days=1))
    found = LedgerEntry.objects.filter(
        user_id=wallet.user_id, currency=currency, created_at__gte=start, created_at__lt=end
    )
    sums = next(iter(flows(found)), {"into": Decimal(0), "out": Decimal(0)})
    entries = list(found.select_related("transaction").order_by("-created_at", "-seq")[: limit + 1])
    opening, closing = (
        actions.statement(user=wallet.user_id, start=at, end=at, currency=currency).closing_balance
        for at in (start, end)
    )
    holds = Transaction.objects.filter(
        user_id=wallet.user_id, hold=True, status=TransactionStatus.PENDING, currency=currency
    )
    here = {"currency": currency}
    before = first - timedelta(days=1)
    after = last + timedelta(days=1)
    return {
        "title": f"Statement of {wallet.user}",
        "wallet": wallet,
        "form": PeriodForm(initial={"first": first, "last": last, "currency": currency}),
        "first": first,
        "last": last,
        "currency": currency,
        "figures": [
            ("Opening balance", money(opening, currency)),
            ("In", money(sums["into"], currency)),
            ("Out", money(sums["out"], currency)),
            ("Closing balance", money(closing, currency)),
            ("On hold now", money(wallet.held_usd if currency == Currency.USD else wallet.held_inr, currency)),
        ],
        "columns": ["No.", "Time", "Kind", "Transaction", "Other side", "Amount", "Balance after"],
        "lines": [
            (entry, money(entry.amount, currency), money(entry.balance_after, currency)) for entry in entries[:limit]
        ],
        "more": len(entries) > limit,
        "shown": SHOWN,
        "holds": [(hold, money(hold.amount, currency)) for hold in holds.order_by("expires_at", "created_at")[:SHOWN]],
        "before": "?" + urlencode({"first": before.replace(day=1), "last": before, **here}),
        "after": "?" + urlencode({"first": after, "last": month_after(after) - timedelta(days=1), **here}),
    }
