"""Show pages of the console that belong to no single model."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.contrib.postgres.search import SearchVectorField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldAdminUUIDInputWidget

from aira.adminkit.reasons import ReasonForm
from aira.advisor import advise, lints
from aira.audit.events import model_of, shown
from aira.console.models import ViewAsUse
from aira.console.view_as import TABLES, TenantView, look
from aira.formats.dates import time_text
from aira.ops.accounts import UnknownAccount, find
from aira.schema.models import Account
from billing.actions import ledger_problems


def named_tables() -> list[tuple[str, str]]:
    """Return the tables with the words that staff use for them."""
    names = ((table, model_of(table)) for table in TABLES)
    return [(table, str(model._meta.verbose_name_plural).capitalize() if model else table) for table, model in names]


class ViewAsForm(ReasonForm):
    """Form that chooses an account and a table to view."""

    field_order = ("account", "table", "row", "reason")

    account = forms.CharField(
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="E-mail or id of the account. Empty: you see what a visitor sees who has not logged in.",
    )
    table = forms.ChoiceField(label="Kind of records", choices=named_tables, widget=UnfoldAdminSelectWidget)
    row = forms.UUIDField(
        label="Record",
        required=False,
        widget=UnfoldAdminUUIDInputWidget,
        help_text="Id of one of these records. The page then explains why the account sees it or not.",
        error_messages={"invalid": "This is not the id of a record. Copy it from the field Id of the record's page."},
    )

    def clean_account(self) -> Account | None:
        """Return the account with this e-mail or id."""
        text = self.cleaned_data["account"].strip()
        if not text:
            return None
        try:
            return find(text)
        except UnknownAccount as error:
            raise forms.ValidationError(str(error)) from None


def in_words(model: Any, view: TenantView) -> tuple[list[dict[str, str]], list[list[str]]]:
    """Return the columns with their labels, and the rows as people read them. Ids stand at the end."""
    fields = {field.column: field for field in model._meta.fields}
    # The words of other columns, for the search.
    words = {
        name for name, field in fields.items() if isinstance(getattr(field, "output_field", None), SearchVectorField)
    }
    order = [at for at, name in enumerate(view.columns) if name not in words]
    order.sort(key=lambda at: view.columns[at].endswith("id"))
    columns = [
        {"name": name, "label": str(fields[name].verbose_name) if name in fields else name.replace("_", " ")}
        for name in (view.columns[at] for at in order)
    ]
    rows = [[(fields.get(view.columns[at]), row[at]) for at in order] for row in view.rows]
    return columns, [[shown(field, as_json(value)) for field, value in row] for row in rows]


def as_json(value: Any) -> Any:
    """Return a value of a row for `shown`: times and ids as texts."""
    if isinstance(value, datetime):
        return time_text(localtime(value))
    return value if value is None or isinstance(value, (str, int, float, list, dict)) else str(value)


def verdict_of(view: TenantView) -> str:
    """Return a sentence on whether the account sees the record. The view's verdicts give the details."""
    if any(detail.startswith("Table ") for detail in view.verdicts):
        return "There is no such record. It never existed or was removed permanently."
    shown = any(detail.startswith("Shown") for detail in view.verdicts)
    if shown and not view.refused:
        return "The account sees this record."
    return "The account does not see this record."


@staff_member_required(login_url="admin:login")
@permission_required("console.add_viewasuse", raise_exception=True)
def view_as(request: HttpRequest) -> HttpResponse:
    """Show a table as an account sees it, and record the use."""
    form = ViewAsForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "title": "View as", **admin.site.each_context(request)}
    if request.method == "POST" and form.is_valid():
        account, table, row = (form.cleaned_data[name] for name in ("account", "table", "row"))
        ViewAsUse.objects.create(
            staff=request.user.get_username(),
            account_id=account and account.pk,
            table_name=table,
            row_id=row,
            reason=form.cleaned_data["reason"],
        )
        context["view"] = view = look(account=account and account.pk, table=table, row=row)
        context["verdict"] = verdict_of(view)
        context["kind"] = dict(named_tables())[table]
        context["columns"], context["rows"] = in_words(model_of(table), view)
        context["who"] = account or "a visitor who has not logged in"
    return render(request, "console/view_as.html", context)


@staff_member_required(login_url="admin:login")
@permission_required("console.view_advisor", raise_exception=True)
def advisor(request: HttpRequest) -> HttpResponse:
    """Show the findings of the advisor."""
    why = {lint.name: lint.why for lint in lints()}
    findings = [{**finding.as_dict(), "why": why[finding.lint]} for finding in advise("direct")]
    context = {"findings": findings, "lints": len(why), "title": "Advisor", **admin.site.each_context(request)}
    return render(request, "console/advisor.html", context)


@staff_member_required(login_url="admin:login")
@permission_required("billing.view_ledgerentry", raise_exception=True)
def ledger_proof(request: HttpRequest) -> HttpResponse:
    """Show the problems of the ledger."""
    context = {"problems": ledger_problems(), "title": "Ledger proof", **admin.site.each_context(request)}
    return render(request, "console/ledger_proof.html", context)
