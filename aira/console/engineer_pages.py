"""Show pages of the console that belong to no single model."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldAdminUUIDInputWidget

from aira.adminkit.reasons import ReasonForm
from aira.advisor import advise, lints
from aira.audit.events import model_of
from aira.console.models import ViewAsUse
from aira.console.view_as import TABLES, look
from aira.ops.accounts import UnknownAccount, find
from aira.schema.models import Account
from billing.actions import ledger_problems


def named_tables() -> list[tuple[str, str]]:
    """Return the tables with the words that staff use for them."""
    names = ((table, model_of(table)) for table in TABLES)
    return [
        (table, f"{model._meta.verbose_name_plural} ({table})".capitalize() if model else table)
        for table, model in names
    ]


class ViewAsForm(ReasonForm):
    """Form that chooses an account and a table to view."""

    field_order = ("account", "table", "row", "reason")

    account = forms.CharField(
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="E-mail or id of the account. Empty: you see what a visitor sees who has not logged in.",
    )
    table = forms.ChoiceField(choices=named_tables, widget=UnfoldAdminSelectWidget)
    row = forms.UUIDField(
        label="Record",
        required=False,
        widget=UnfoldAdminUUIDInputWidget,
        help_text="Id of a record in the table. The page then explains why the account sees it or not.",
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
        context["view"] = look(account=account and account.pk, table=table, row=row)
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
