"""Show accounts and uses of view-as, and related rows of other apps on the page of a business."""

from typing import Any, override

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html_join

from aira.adminkit import bulk_pages  # noqa: F401  they register their pages
from aira.adminkit.inlines import Rows
from aira.adminkit.list_filters import DateRangeFilter
from aira.adminkit.lists import Searched
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.money_format import money
from aira.adminkit.times import both_times
from aira.audit.events import IN_WORDS
from aira.console import (  # noqa: F401  they register their pages
    audit,
    deliveries,
    effects,
    events,
    jobs,
    note_pages,
    staff,
    subscriptions,
)
from aira.console.models import ViewAsUse
from aira.schema.models import Account
from billing.admin import TransactionAdmin
from billing.models import Transaction, Wallet
from bookings.admin import AppointmentAdmin, BookingRulesAdmin
from bookings.models import Appointment
from businesses.admin import BusinessAdmin
from businesses.hours_in_words import hours_in_words
from businesses.models import Business
from knowledge.admin import DocumentAdmin
from knowledge.models import Document
from telephony.admin import BusinessNumberAdmin
from telephony.models import BusinessNumber

admin.site.index_template = "console/dashboard.html"

# Unregister allauth's own pages: they show secrets, and the console does not use its e-mail addresses.
for model in (Authenticator, EmailAddress):
    admin.site.unregister(model)


@admin.register(ViewAsUse)
class ViewAsUseAdmin(ReadOnlyAdmin):
    """List of uses of view-as."""

    comes_from = "Each use of “View as” is recorded here."
    list_display = ("created_at", "staff", "account_id", "table_name", "row_id", "reason")
    list_filter = (("created_at", DateRangeFilter),)
    search_fields = ("staff", "reason", "account_id")


class BusinessRows(Rows):
    """Businesses of an account."""

    model = Business
    fields = ("name", "business_type", "timezone", "is_active", "deleted_at")
    readonly_fields = fields


class WalletRows(Rows):
    """Wallet of an account."""

    model = Wallet
    fields = ("usd", "inr", "currency", "is_active")
    readonly_fields = fields

    @admin.display(description="balance in USD")
    def usd(self, wallet: Wallet) -> str:
        """Return the balance in USD."""
        return money(wallet.balance_usd, "USD")

    @admin.display(description="balance in INR")
    def inr(self, wallet: Wallet) -> str:
        """Return the balance in INR."""
        return money(wallet.balance_inr, "INR")


class TransactionRows(Rows):
    """Newest transactions of an account."""

    model = Transaction
    fields = ("created_at", "type", "amount", "currency", "status", "description")
    readonly_fields = fields
    per_page = 10


@admin.register(Account)
class AccountAdmin(Searched, ReadOnlyAdmin):
    """List and page of accounts."""

    comes_from = "An account appears here when a customer signs up in the UI."
    list_display = ("email", "phone", "created_at", "last_sign_in_at")
    list_filter = (("created_at", DateRangeFilter),)
    search_fields = ("id",)
    search_help_text = (
        "Beginning of an e-mail, phone number or id. If e-mails are masked for you, enter the whole e-mail."
    )
    kind = "account"
    inlines = (BusinessRows, WalletRows, TransactionRows)
    readonly_fields = ("requests",)

    @admin.display(description="personal data")
    def requests(self, account: Account) -> str:
        """Return links to the export and the erasure of the account."""
        pages = (("export-account", "Export all data"), ("erase-account", "Erase the account"))
        links = ((reverse(name, args=[account.pk]), label) for name, label in pages)
        return format_html_join(", ", '<a href="{}">{}</a>', links)


class NumberRows(Rows):
    """Phone numbers of a business."""

    model = BusinessNumber
    fields = ("phone_number", "display_name", "number_type", "is_primary", "is_active", "deleted_at")
    readonly_fields = fields


class AppointmentRows(Rows):
    """Appointments of a business."""

    model = Appointment
    fields = ("time", "duration", "customer_name", "customer_phone", "service_type", "status", "source")
    readonly_fields = fields

    @override
    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("business")

    @admin.display(description="time")
    def time(self, appointment: Appointment) -> str:
        """Return the time in both time zones."""
        return both_times(appointment.scheduled_at, appointment.business.timezone)


class DocumentRows(Rows):
    """Documents of a business."""

    model = Document
    fields = ("file_name", "processing_status", "chunk_count", "processing_error", "created_at", "deleted_at")
    readonly_fields = fields


# This is set here, because the businesses app does not know the other apps.
BusinessAdmin.inlines = (NumberRows, AppointmentRows, DocumentRows)

# Likewise, these apps don't know the notes of staff.
for page in (BusinessAdmin, AccountAdmin, AppointmentAdmin, TransactionAdmin):
    page.change_form_outer_after_template = "console/notes_of_form.html"

# These apps don't know what else a change of their rows affects.
WITH_EFFECTS: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (BusinessAdmin, effects.of_business, ("is_active", "user", "timezone")),
    (BusinessNumberAdmin, effects.of_number, ("is_active", "business")),
    (BookingRulesAdmin, effects.of_rules, ("capacity", "buffer_before", "buffer_after", "slot_step", "max_days_ahead")),
)
for changed_page, function, undoable in WITH_EFFECTS:
    changed_page.effects_of_save = staticmethod(function)
    changed_page.undoable = undoable
BusinessNumberAdmin.called = ("phone number", "phone numbers")
BusinessNumberAdmin.when_trashed = "Calls are not answered."
AppointmentAdmin.when_trashed = "Customers are not informed."
DocumentAdmin.when_trashed = "The Voice Agent forgets the content."
AppointmentAdmin.change_form_outer_before_template = "console/customer_link.html"

# Changes of opening hours are words, not JSON.
IN_WORDS[Business._meta.db_table, "business_hours"] = hours_in_words
IN_WORDS[Document._meta.db_table, "file_size"] = lambda size: [filesizeformat(size)]
