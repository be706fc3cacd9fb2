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
        ("how_to_reg", "Approvals", "billing.approvalrequest"),
    ],
    "Bookings": [
        ("event", "Appointments", "bookings.appointment"),
        ("rule", "Booking rules", "bookings.bookingrules"),
    ],
    "Knowledge": [("description", "Documents", "knowledge.document")],
    "Platform": [
        ("hub", "Service endpoints", "platform.serviceendpoint"),
        ("outbox", "Webhook deliveries", "platform.webhookdelivery"),
        ("key", "API keys", "api.apikey"),
        ("schedule", "Jobs", "procrastinate.procrastinatejob"),
        ("badge", "Staff", "console.staffuser"),
        ("group", "Groups", "auth.group"),
        ("history", "Audit events", "platform.auditevent"),
        ("inventory_2", "Archives", "ops.archive"),
        ("backup", "Backups", "ops.backup"),
        ("restore_page", "Restore drills", "ops.restoredrill"),
        ("fact_check", "Uses of view-as", "console.viewasuse"),
    ],
}
# Pages about no single model: icon, name, URL name, permission.
PAGES = [
    ("monitoring", "Analytics", "analytics", "console.view_analytics"),
    ("visibility", "View as", "view-as", "console.add_viewasuse"),
    ("health_and_safety", "Advisor", "advisor", "console.view_advisor"),
    ("verified", "Ledger proof", "ledger-proof", "billing.view_ledgerentry"),
]


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """What the member of staff may view."""
    find = {"title": "Find", "icon": "search", "link": reverse_lazy("search")}
    shown: list[dict[str, Any]] = [{"items": [find]}]
    for title, entries in SECTIONS.items():
        items = []
        for icon, name, label in entries:
            app, model = label.split(".")
            if request.user.has_perm(f"{app}.view_{model}"):
                items.append({"title": name, "icon": icon, "link": reverse_lazy(f"admin:{app}_{model}_changelist")})
        if title == "Platform":
            items += [
                {"title": name, "icon": icon, "link": reverse_lazy(url)}
                for icon, name, url, permission in PAGES
                if request.user.has_perm(permission)
            ]
        if items:
            shown.append({"title": title, "separator": True, "items": items})
    return shown
