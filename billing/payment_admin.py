"""Console pages of payments with their facts, and of Stripe events."""

from typing import Any, override

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.utils.timezone import localtime
from unfold.widgets import UnfoldAdminSelectWidget

from aira.adminkit.inlines import Rows
from aira.adminkit.list_filters import DateRangeFilter, DropdownFilter, RelatedFilter
from aira.adminkit.lists import Searched
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.money_format import money
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition, TransitionReasonForm
from aira.formats.dates import time_text
from billing import payments, stripe_events
from billing.models import Payment, PaymentFact, StripeEvent

CHANGE = "billing.change_payment"


class CloseDisputeForm(TransitionReasonForm):
    """Ask which open dispute ended, and how."""

    field_order = ("dispute", "outcome", "reason")
    dispute = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    outcome = forms.ChoiceField(
        choices=[("won", "Won: the money is returned"), ("lost", "Lost: the bank keeps the money")],
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, row: Payment, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.fields["dispute"].choices = [  # type: ignore[attr-defined]
            (one.dispute, f"{one.dispute}: {money(one.amount, one.currency)}") for one in payments.open_disputes(row.pk)
        ]


def retry(request: HttpRequest, row: Payment, data: dict[str, Any]) -> str:
    """Apply the facts of a payment again, and return a message."""
    state = payments.retry(payment=row.pk)
    return f"The state of {row} is now: {Payment.State(str(state)).label.lower()}."


def dismiss(request: HttpRequest, row: Payment, data: dict[str, Any]) -> str:
    """Dismiss a payment, and return a message."""
    payments.dismiss(payment=row.pk)
    return f"{row} was dismissed. If the provider sends a new report about it, it is processed again."


def close_dispute(request: HttpRequest, row: Payment, data: dict[str, Any]) -> str:
    """Record the result of a dispute, and return a message."""
    payments.close_dispute(payment=row.pk, dispute=data["dispute"], won=data["outcome"] == "won")
    return f"The dispute {data['dispute']} was recorded as {data['outcome']}."


def is_unsettled(row: Payment) -> bool:
    """Return whether the payment is waiting or needs attention."""
    return row.state in payments.UNSETTLED


PAYMENT = (
    Transition(
        name="retry", label="Try again", permission=CHANGE, do=retry, offered=is_unsettled,
        what=lambda row: f"Applies the provider's reports about {row} to the ledger again. {row.advice}",
    ),
    Transition(
        name="close-dispute", label="Close a dispute", permission=CHANGE, do=close_dispute, form=CloseDisputeForm,
        offered=lambda row: bool(payments.open_disputes(row.pk)),
        what=lambda row: f"Records how a dispute about {row} ended. Use it if the provider does not report the result.",
    ),
    Transition(
        name="dismiss", label="Dismiss", permission=CHANGE, do=dismiss, form=TransitionReasonForm, danger=True,
        offered=is_unsettled,
        what=lambda row: f"Ignores {row} until the provider reports it again. No money moves. {row.advice}",
    ),
)  # fmt: skip


def apply_again(request: HttpRequest, row: StripeEvent, data: dict[str, Any]) -> str:
    """Apply a Stripe event again, and return a message."""
    outcome = stripe_events.apply(row.pk, again=True)
    if outcome is None:
        row.refresh_from_db()
        return f"{row} could not be applied: {row.problem}"
    return f"{row}: {outcome}."


APPLY_AGAIN = Transition(
    name="apply", label="Apply again", permission="billing.change_stripeevent", do=apply_again,
    what=lambda row: f"Applies the event {row} to the ledger again. If it was already applied, nothing changes.",
)  # fmt: skip


class FactRows(Rows):
    """A payment's reports, the newest first."""

    model = PaymentFact
    fields = ("created_at", "kind", "object_id", "state", "amount_text", "reason", "evidence_due_by", "occurred_at")
    readonly_fields = fields
    ordering = ("-created_at", "-id")
    show_change_link = False
    verbose_name_plural = "reports"

    @admin.display(description="amount")
    def amount_text(self, fact: PaymentFact) -> str:
        """Return the amount with its currency."""
        # A row of a forged POST has no amount.
        return "–" if fact.amount is None else money(fact.amount, fact.currency or "")


class UnsettledFilter(DropdownFilter):
    """Filter payments by state."""

    title = "state"
    parameter_name = "state"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unsettled", "Waiting or needs attention"), *Payment.State.choices]

    @override
    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset
            case "unsettled":
                return queryset.filter(state__in=payments.UNSETTLED)
        return queryset.filter(state=self.value())


class DisputedFilter(DropdownFilter):
    """Show payments with open disputes."""

    title = "disputes"
    parameter_name = "dispute"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open disputes")]

    @override
    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "open":
            return queryset.filter(pk__in={one.payment for one in payments.open_disputes()})
        return queryset


@admin.register(Payment)
class PaymentAdmin(WithTransitions, Searched, ReadOnlyAdmin):
    """Payments. They are read only, since they follow the reports of the provider."""

    comes_from = "A payment appears here when the payment provider reports it."
    transitions = PAYMENT
    list_display = ("created_at", "id", "user", "state", "advice", "lost")
    sortable_by = ("created_at",)
    list_filter = (UnsettledFilter, DisputedFilter, ("created_at", DateRangeFilter), ("user", RelatedFilter))
    list_select_related = ()
    search_fields = ("id",)
    search_help_text = "An account's e-mail, the id of a transaction, or Stripe's id of a payment"
    inlines = (FactRows,)
    sources = {"lost": ("lost_amount",)}
    help_texts = {"transaction": "The credit that adds the payment to the wallet. To refund the payment, open it."}
    readonly_fields = ("summary", "open_disputes")
    exclude = ("requested_amount", "gone_amount", "lost_amount", "problem")

    @override
    def get_queryset(self, request: HttpRequest) -> Any:
        # A join with accounts would leave out payments of erased accounts.
        found = super().get_queryset(request).prefetch_related("user")
        return found.annotate(currency=F("transaction__currency"))

    @override
    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["id", "user", "transaction", "state", "advice", "summary", "open_disputes", "since", "created_at"]

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), "advice")

    @admin.display(description="problem")
    def advice(self, row: Payment) -> str:
        """Return the advice for the problem."""
        return row.advice or "–"

    @admin.display(description="lost by AiRa")
    def lost(self, row: Payment) -> str:
        """Return what AiRa lost in disputes."""
        return money(row.lost_amount, getattr(row, "currency", "") or "") if row.lost_amount else "–"

    @admin.display(description="amounts")
    def summary(self, row: Payment) -> str:
        """Return the sums of the payment in words."""
        currency = row.transaction.currency if row.transaction else ""
        found = payments.position(row.pk)
        parts = [f"{money(found.paid, currency)} paid", f"{money(found.refunded, currency)} refunded"]
        parts.append(f"{money(found.disputed, currency)} disputed")
        if found.lost:
            parts.append(f"{money(found.lost, currency)} lost by AiRa")
        return ", ".join(parts)

    @admin.display(description="open disputes")
    def open_disputes(self, row: Payment) -> str:
        """Return the open disputes with their deadlines."""
        found = [
            f"{one.dispute}: {money(one.amount, one.currency)}, evidence due "
            + (time_text(localtime(one.due)) if one.due else "at an unknown time")
            for one in payments.open_disputes(row.pk)
        ]
        return "; ".join(found) or "–"


class AppliedFilter(DropdownFilter):
    """Filter Stripe events by whether they are applied."""

    title = "state"
    parameter_name = "applied"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Not applied"), ("yes", "Applied")]

    @override
    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "no":
                return queryset.filter(applied_at=None)
            case "yes":
                return queryset.exclude(applied_at=None)
        return queryset


@admin.register(StripeEvent)
class StripeEventAdmin(WithTransitions, ReadOnlyAdmin):
    """Events that Stripe sent to /webhooks/stripe/. Their bodies contain personal data, so they are not shown."""

    comes_from = "An event appears here when Stripe reports something."
    transitions = (APPLY_AGAIN,)
    list_display = ("received_at", "type", "id", "payment_id", "state", "problem", "applied_at", "attempts")
    sortable_by = ("received_at",)
    list_filter = (AppliedFilter, ("received_at", DateRangeFilter))
    search_fields = ("=id", "=payment_id")
    search_help_text = "Stripe's id of an event or of a payment"
    exclude = ("payload", "outcome")
    sources = {"state": ("outcome",)}
    readonly_fields = ("state",)

    @admin.display(description="state of the payment after the event")
    def state(self, event: StripeEvent) -> str:
        """Return the state of the payment in words."""
        return dict(Payment.State.choices).get(event.outcome or "", event.outcome or "–")
