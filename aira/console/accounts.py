"""Show the pages for requests about personal data: export all data of an account, and erase it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from aira.adminkit.reasons import ReasonForm
from aira.ops import accounts
from aira.ops.models import Archive
from aira.schema.models import Account


class EraseForm(ReasonForm):
    """Form that asks for a reason, and for the account's e-mail or id as a confirmation."""

    confirmation = forms.CharField(widget=UnfoldAdminTextInputWidget, label="E-mail or id of the account")

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_confirmation(self) -> str:
        """Refuse a confirmation that names another account."""
        typed = self.cleaned_data["confirmation"].strip()
        if typed.lower() not in ((self.account.email or "").lower(), str(self.account.pk)):
            raise forms.ValidationError(
                f"Nothing was erased. You entered “{typed}”, but this account is {self.account}."
            )
        return typed


@staff_member_required(login_url="admin:login")
@permission_required("console.export_account", raise_exception=True)
def export_account(request: HttpRequest, pk: UUID) -> HttpResponse | StreamingHttpResponse:
    """Ask for a reason, then return all data of the account as JSON."""
    account = get_object_or_404(Account, pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        parts = accounts.export(account=pk, reason=form.cleaned_data["reason"])
        name = f'attachment; filename="account-{pk}.json"'
        return StreamingHttpResponse(parts, content_type="application/json", headers={"Content-Disposition": name})
    return page(request, account, form, title=f"Export {account}", button="Download as JSON", danger=False)


@staff_member_required(login_url="admin:login")
@permission_required("console.erase_account", raise_exception=True)
def erase_account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a reason and a confirmation, then erase the account."""
    account = get_object_or_404(Account, pk=pk)
    form = EraseForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = accounts.erase(account=pk, reason=form.cleaned_data["reason"])
        counts = ", ".join(f"{count} {what}" for what, count in done.items())
        messages.success(request, f"Account {pk} was erased ({counts}). Remove its files from the storage.")
        if Archive.objects.exists():
            messages.warning(
                request,
                "Archived months still hold its data. Ask an engineer to run this command where the archive is: "
                f"manage.py erase_account {pk}.",
            )
        return HttpResponseRedirect(reverse("admin:platform_account_changelist"))
    return page(request, account, form, title=f"Erase {account}", button="Erase permanently", danger=True)


def page(request: HttpRequest, account: Account, form: forms.Form, **context: Any) -> HttpResponse:
    """Return the page that asks for the form."""
    back = reverse("admin:platform_account_change", args=[account.pk])
    context |= {"account": account, "form": form, "back": back, **admin.site.each_context(request)}
    return render(request, "console/account_request.html", context)
