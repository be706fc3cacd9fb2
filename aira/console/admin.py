"""Accounts, jobs, uses of view-as, and what a business page shows of other apps."""

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob
from unfold.admin import ModelAdmin as UnfoldModelAdmin

from aira.adminkit import bulk_pages  # noqa: F401  they register their pages
from aira.adminkit.inlines import Rows
from aira.adminkit.lists import Days, Searched
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.money_format import money
from aira.console import audit, deliveries, staff  # noqa: F401  they register their pages
from aira.console.models import ViewAsUse
from aira.schema.models import Account
from billing.models import Transaction, Wallet
from bookings.models import Appointment
from businesses.admin import BusinessAdmin
from businesses.models import Business
from knowledge.models import Document
from telephony.models import BusinessNumber

admin.site.index_template = "console/dashboard.html"

# allauth's own pages show secrets, and nobody here has use for its e-mail addresses.
for model in (Authenticator, EmailAddress):
    admin.site.unregister(model)


@admin.register(ViewAsUse)
class ViewAsUseAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "staff", "account_id", "table_name", "row_id", "reason")
    list_filter = (("created_at", Days),)
    search_fields = ("staff", "reason", "account_id")


class BusinessRows(Rows):
    model = Business
    fields = ("name", "business_type", "timezone", "is_active", "deleted_at")
    readonly_fields = fields


class WalletRows(Rows):
    model = Wallet
    fields = ("usd", "inr", "currency", "is_active")
    readonly_fields = fields

    @admin.display(description="USD")
    def usd(self, wallet: Wallet) -> str:
        return money(wallet.balance_usd, "USD")

    @admin.display(description="INR")
    def inr(self, wallet: Wallet) -> str:
        return money(wallet.balance_inr, "INR")


class TransactionRows(Rows):
    model = Transaction
    fields = ("created_at", "type", "amount", "currency", "status", "description")
    readonly_fields = fields
    per_page = 10


@admin.register(Account)
class AccountAdmin(Searched, ReadOnlyAdmin):
    list_display = ("email", "phone", "created_at", "last_sign_in_at")
    list_filter = (("created_at", Days),)
    search_fields = ("id",)
    search_help_text = (
        "The beginning of an e-mail, a phone number, or an id. If e-mails are masked for you: the whole of it"
    )
    kind = "account"
    inlines = (BusinessRows, WalletRows, TransactionRows)
    readonly_fields = ("requests",)

    @admin.display(description="what the person may ask for")
    def requests(self, account: Account) -> str:
        pages = (("export-account", "A copy of everything"), ("erase-account", "To be forgotten"))
        links = ((reverse(name, args=[account.pk]), label) for name, label in pages)
        return format_html_join(", ", '<a href="{}">{}</a>', links)


# procrastinate's own page, in the console's clothes: job lists, what happened, retry and cancel.
admin.site.unregister(ProcrastinateJob)


@admin.register(ProcrastinateJob)
class JobAdmin(ProcrastinateJobAdmin, UnfoldModelAdmin):
    """Its own actions ask for no permission: whoever sees the list could abort every job."""

    actions = ["retry", "cancel", "abort"]

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("procrastinate.change_procrastinatejob")

    @admin.action(description="Retry", permissions=["act"])
    def retry(self, request: HttpRequest, queryset: Any) -> None:
        super().retry(request, queryset)

    @admin.action(description="Cancel (only 'todo' jobs)", permissions=["act"])
    def cancel(self, request: HttpRequest, queryset: Any) -> None:
        super().cancel(request, queryset)

    @admin.action(description="Abort ('todo' and 'doing' jobs)", permissions=["act"])
    def abort(self, request: HttpRequest, queryset: Any) -> None:
        super().abort(request, queryset)


class NumberRows(Rows):
    model = BusinessNumber
    fields = ("phone_number", "display_name", "number_type", "is_primary", "is_active", "deleted_at")
    readonly_fields = fields


class AppointmentRows(Rows):
    model = Appointment
    fields = ("scheduled_at", "duration", "customer_name", "customer_phone", "service_type", "status", "source")
    readonly_fields = fields
    per_page = 20


class DocumentRows(Rows):
    model = Document
    fields = ("file_name", "processing_status", "chunk_count", "processing_error", "created_at", "deleted_at")
    readonly_fields = fields


# Here, because the businesses app does not know what others keep about a business.
BusinessAdmin.inlines = (NumberRows, AppointmentRows, DocumentRows)
