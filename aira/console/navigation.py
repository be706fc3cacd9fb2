"""The sidebar."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

SECTIONS = {
    "Businesses": [("storefront", "Businesses", "businesses.business"), ("person", "Accounts", "platform.account")],
    "Telephony": [("call", "Phone numbers", "telephony.businessnumber")],
    "Money": [
        ("account_balance_wallet", "Wallets", "billing.wallet"),
        ("receipt_long", "Transactions", "billing.transaction"),
        ("menu_book", "Ledger", "billing.ledgerentry"),
    ],
    "Bookings": [
        ("event", "Appointments", "bookings.appointment"),
        ("rule", "Booking rules", "bookings.bookingrules"),
    ],
    "Knowledge": [("description", "Documents", "knowledge.document")],
    "Platform": [
        ("hub", "Service endpoints", "platform.serviceendpoint"),
        ("schedule", "Jobs", "procrastinate.procrastinatejob"),
        ("badge", "Staff", "console.staffuser"),
        ("group", "Groups", "auth.group"),
    ],
}


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """What the member of staff may view."""
    shown = []
    for title, entries in SECTIONS.items():
        items = []
        for icon, name, label in entries:
            app, model = label.split(".")
            if request.user.has_perm(f"{app}.view_{model}"):
                items.append({"title": name, "icon": icon, "link": reverse_lazy(f"admin:{app}_{model}_changelist")})
        if items:
            shown.append({"title": title, "separator": True, "items": items})
    return shown
