"""Console pages of wallets, transactions and ledger entries."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from aira.adminkit.inlines import Rows
from aira.adminkit.json_fields import NamedValuesField
from aira.adminkit.links import page_of
from aira.adminkit.list_filters import (
    AmountRangeFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DateRangeFilter,
    DropdownFilter,
    RelatedFilter,
)
from aira.adminkit.list_totals import totals
from aira.adminkit.lists import Searched
from aira.adminkit.model_admin import ModelAdmin, ReadOnlyAdmin
from aira.adminkit.money_format import money
from aira.adminkit.transition_pages import WithTransitions
from billing import approval_admin, payment_admin, transitions
from billing.erased_accounts import OutlivesAccount
from billing.flows import flows
from billing.models import LedgerEntry, Payment, Transaction, Wallet
from billing.statements import statement

# The imports register their pages.
__all__ = ["approval_admin", "payment_admin"]


class EntryRows(Rows):
    """A wallet's newest ledger entries."""

    model = LedgerEntry
    fields = ("seq", "kind", "amount_text", "after_text", "side", "transaction", "created_at")
    readonly_fields = fields
    ordering = ("-seq",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return super().get_queryset(request).select_related("transaction")

    @admin.display(description="amount")
    def amount_text(self, entry: LedgerEntry) -> str:
        # A row of a forged POST has no amount.
        return "–" if entry.amount is None else money(entry.amount, entry.currency)

    @admin.display(description="balance after")
    def after_text(self, entry: LedgerEntry) -> str:
        return "–" if entry.balance_after is None else money(entry.balance_after, entry.currency)

    @admin.display(description="other side")
    def side(self, entry: LedgerEntry) -> str:
        return entry.other_side


class BalanceFilter(DropdownFilter):
    """Filter wallets by currencies with a positive balance."""

    title = "balance"
    parameter_name = "balance"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(currency, f"Has money in {currency}") for currency in ("USD", "INR")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Wallet]) -> QuerySet[Wallet]:
        match self.value():
            case "USD":
                return queryset.filter(balance_usd__gt=0)
            case "INR":
                return queryset.filter(balance_inr__gt=0)
        return queryset


@admin.register(Wallet)
class WalletAdmin(WithTransitions, Searched, ModelAdmin):
    """Wallets. Only postings change balances. Staff may stop a wallet and choose its currency."""

    list_display = ("user", "usd", "inr", "held", "currency", "is_active", "updated_at", "statement")
    list_filter = (
        ("currency", ChoicesDropdownFilter),
        BalanceFilter,
        ("is_active", BooleanRadioFilter),
        ("user", RelatedFilter),
    )
    list_select_related = ("user",)
    search_fields = ("user__email", "id")
    autocomplete_fields = ("user",)
    inlines = (EntryRows,)
    transitions = transitions.WALLET
    undoable = ("is_active",)
    readonly_fields = ("usd", "inr", "held", "statement")
    sources = {"held": ("held_usd", "held_inr"), "usd": ("balance_usd",), "inr": ("balance_inr",), "statement": ()}

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(statement)
        return [path("statement/<uuid:pk>/", page, name="billing_wallet_statement"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user", *(self.readonly_fields if obj else ()), "currency", "is_active", *(self.common if obj else ())]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("user",) if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="balance in USD", ordering="balance_usd")
    def usd(self, wallet: Wallet) -> str:
        return money(wallet.balance_usd, "USD")

    @admin.display(description="balance in INR", ordering="balance_inr")
    def inr(self, wallet: Wallet) -> str:
        return money(wallet.balance_inr, "INR")

    def list_totals(self, rows: QuerySet[Wallet]) -> list[str]:
        found = rows.order_by().aggregate(usd=Sum("balance_usd"), inr=Sum("balance_inr"))
        return [f"Total balance: {money(found['usd'] or 0, 'USD')}, {money(found['inr'] or 0, 'INR')}"]

    @admin.display(description="statement")
    def statement(self, wallet: Wallet) -> str:
        return format_html('<a href="{}">This month</a>', reverse("admin:billing_wallet_statement", args=[wallet.pk]))

    @admin.display(description="held")
    def held(self, wallet: Wallet) -> str:
        amounts = ((wallet.held_usd, "USD"), (wallet.held_inr, "INR"))
        return ", ".join(money(amount, currency) for amount, currency in amounts if amount) or "–"


@admin.register(Transaction)
class TransactionAdmin(WithTransitions, Searched, ModelAdmin):
    """Transactions and the buttons for them."""

    transitions = transitions.TRANSACTION
    list_display = ("created_at", "user", "type", "amount_text", "status", "description", "completed_at")
    # Only columns with an index, since the table has millions of rows.
    sortable_by = ("created_at",)
    sources = {"amount_text": ("amount", "currency")}
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("type", ChoicesDropdownFilter),
        ("currency", ChoicesDropdownFilter),
        ("created_at", DateRangeFilter),
        ("amount", AmountRangeFilter),
        ("user", RelatedFilter),
        ("business_number__business", RelatedFilter),
    )
    list_select_related = ("user",)
    search_fields = ("id",)
    search_help_text = "An account's e-mail, the id of a transaction, or Stripe's id of a payment"
    kind = "transaction"
    owners = {"number": "business_number_id"}
    autocomplete_fields = ("user", "business_number")
    editable_later = ("description", "metadata", "business_number")
    help_texts = {
        "refunded_amount": "How much was refunded so far, including what disputes took back.",
        "disputed_amount": "Part of the payment that open and lost disputes claim.",
        "completed_at": "When the transaction was completed.",
        "amount": "Greater than 0, with two decimals.",
        "status": "The balance of the wallet changes when the transaction is completed.",
        "idempotency_key": "Text by which a service marks its request. A repeated request is recorded only once.",
        "hold": "A pending debit with a hold reserves its amount in the wallet.",
        "expires_at": "When the hold ends by itself, unless it was captured before. Empty: never.",
    }
    readonly_fields = ("payment",)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "metadata":
            return NamedValuesField(
                label="Further data",
                help_text="From the service that recorded the transaction. A name and a value on each line: order: 17",
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def list_totals(self, rows: QuerySet[Transaction]) -> list[str]:
        lines = []
        for found in totals(rows, {"amount": "amount", "refunded": "refunded_amount"}, by=("currency", "type")):
            refunded = money(found["sum_refunded"], found["currency"])
            more = f", {refunded} refunded" if found["sum_refunded"] else ""
            lines.append(f"{found['count']} {found['type']}s: {money(found['sum_amount'], found['currency'])}{more}")
        return lines

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        readonly = super().get_readonly_fields(request, obj)
        if obj is None:
            return readonly
        return tuple(name for name in self.get_fields(request, obj) if name not in self.editable_later)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="payment")
    def payment(self, transaction: Transaction) -> str:
        """Link to the payments of the transaction."""
        found = Payment.objects.filter(transaction=transaction).order_by("id")
        if not found:
            return "–"
        return format_html_join(", ", '<a href="{}">{}</a>', ((page_of(row), row.pk) for row in found))

    @admin.display(description="amount")
    def amount_text(self, transaction: Transaction) -> str:
        sign = 1 if transaction.type == "credit" else -1
        return money(sign * transaction.amount, transaction.currency)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(OutlivesAccount, Searched, ReadOnlyAdmin):
    """Ledger entries. They are read only."""

    comes_from = "A completed transaction writes a ledger entry."
    list_display = ("created_at", "user", "seq", "kind", "amount_text", "after_text", "side")
    sortable_by = ("created_at",)
    sources = {
        "amount_text": ("amount", "currency"),
        "after_text": ("balance_after", "currency"),
        "side": ("contra",),
    }
    list_filter = (
        ("kind", ChoicesDropdownFilter),
        ("currency", ChoicesDropdownFilter),
        ("created_at", DateRangeFilter),
        ("user", RelatedFilter),
    )
    search_fields = ("id",)
    search_help_text = "An account's e-mail, the id of a transaction, or Stripe's id of a payment"
    exclude = ("hash",)
    help_texts = {"kind": "Why the balance changed."}
    readonly_fields = ("side", "hash_text")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in super().get_fields(request, obj) if name != "contra"]

    @admin.display(description="other side")
    def side(self, entry: LedgerEntry) -> str:
        return entry.other_side

    @admin.display(description="amount")
    def amount_text(self, entry: LedgerEntry) -> str:
        return money(entry.amount, entry.currency)

    @admin.display(description="balance after")
    def after_text(self, entry: LedgerEntry) -> str:
        return money(entry.balance_after, entry.currency)

    def list_totals(self, rows: QuerySet[LedgerEntry]) -> list[str]:
        return [
            f"{line['entries']} entries: in {money(line['into'], line['currency'])}, out "
            f"{money(line['out'], line['currency'])}, together {money(line['into'] - line['out'], line['currency'])}"
            for line in flows(rows)
        ]

    @admin.display(description="hash, which shows whether the entry was altered")
    def hash_text(self, entry: LedgerEntry) -> str:
        return bytes(entry.hash).hex()
