"""Console page of approval requests."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from aira.adminkit.list_filters import NullFilter
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.money_format import money
from aira.adminkit.transition_pages import WithTransitions
from billing import transitions
from billing.erased_accounts import OutlivesAccount
from billing.models import ApprovalRequest


class OpenFilter(NullFilter, admin.SimpleListFilter):
    """Show open approval requests, unless another state is chosen."""

    field, asked = "decided_at", "decided"
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the other states."""
        return [("decided", "Decided"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        """Return the choices, with a name for the first."""
        choices = list(super().choices(changelist))
        choices[0]["display"] = "Open"
        return iter(choices)


@admin.register(ApprovalRequest)
class ApprovalRequestAdmin(OutlivesAccount, WithTransitions, ReadOnlyAdmin):
    """Approval requests and the buttons that decide them."""

    comes_from = "A refund or adjustment above the limit waits here for a second person."
    list_display = (
        "created_at",
        "kind",
        "amount_text",
        "user",
        "reason",
        "requested_by_name",
        "approved",
        "decided_by_name",
    )
    list_filter = (OpenFilter, "kind", "currency")
    exclude = ("requested_by", "decided_by", "idempotency_key")
    sources = {"amount_text": ("amount", "currency")}
    transitions = transitions.APPROVAL

    @admin.display(description="amount", ordering="amount")
    def amount_text(self, row: ApprovalRequest) -> str:
        """Return the amount with its currency."""
        return money(row.amount, row.currency)
