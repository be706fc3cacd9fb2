"""Build the sidebar."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

from billing.models import ApprovalRequest

SECTIONS = {
    "Businesses": [
        ("storefront", "Businesses", "businesses.business"),
        ("person", "Accounts", "platform.account"),
        ("sticky_note_2", "Notes", "console.note"),
    ],
    "Telephony": [("call", "Phone numbers", "telephony.businessnumber")],
    "Money": [
        ("account_balance_wallet", "Wallets", "billing.wallet"),
        ("receipt_long", "Transactions", "billing.transaction"),
        ("credit_card", "Payments", "billing.payment"),
        ("menu_book", "Ledger", "billing.ledgerentry"),
        ("how_to_reg", "Approvals", "billing.approvalrequest"),
    ],
    "Bookings": [
        ("event", "Appointments", "bookings.appointment"),
        ("rule", "Booking rules", "bookings.bookingrules"),
    ],
    "Knowledge": [("description", "Documents", "knowledge.document")],
    "System": [
        ("hub", "Service endpoints", "platform.serviceendpoint"),
        ("outbox", "Webhook deliveries", "platform.webhookdelivery"),
        ("podcasts", "Subscriptions", "platform.webhooksubscription"),
        ("bolt", "Events", "platform.event"),
        ("move_to_inbox", "Stripe events", "billing.stripeevent"),
        ("playlist_add_check", "Bulk actions", "console.bulkrun"),
        ("key", "API keys", "api.apikey"),
        ("download", "API jobs", "api.apijob"),
        ("schedule", "Jobs", "procrastinate.procrastinatejob"),
        ("badge", "Staff", "console.staffuser"),
        ("group", "Groups", "auth.group"),
        ("history", "Audit events", "platform.auditevent"),
        ("inventory_2", "Archives", "ops.archive"),
        ("backup", "Backups", "ops.backup"),
        ("restore_page", "Restore drills", "ops.restoredrill"),
        ("rule_folder", "Integrity runs", "ops.integrityrun"),
        ("anchor", "Anchors", "platform.anchor"),
        ("monitor_heart", "Worker", "ops.workerprocess"),
        ("fact_check", "Uses of view-as", "console.viewasuse"),
    ],
}
# Pages that belong to no single model: icon, name, URL name and permission.
PAGES = [
    ("monitoring", "Analytics", "analytics", "console.view_analytics"),
    ("visibility", "View as", "view-as", "console.add_viewasuse"),
    ("database", "Database room", "database-room", "console.view_advisor"),
    ("speed", "Performance", "performance", "console.view_advisor"),
    ("health_and_safety", "Advisor", "advisor", "console.view_advisor"),
    ("verified", "Ledger proof", "ledger-proof", "billing.view_ledgerentry"),
]


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sections of the sidebar that the member of staff may view."""
    start = {"title": "Today", "icon": "space_dashboard", "link": reverse_lazy("admin:index")}
    find = {"title": "Search", "icon": "search", "link": reverse_lazy("search")}
    shown: list[dict[str, Any]] = [{"items": [start, find]}]
    for title, entries in SECTIONS.items():
        items = []
        for icon, name, label in entries:
            app, model = label.split(".")
            if request.user.has_perm(f"{app}.view_{model}"):
                item = {"title": name, "icon": icon, "link": reverse_lazy(f"admin:{app}_{model}_changelist")}
                if model == "approvalrequest" and (waiting := approvals_waiting(request)):
                    item["badge"] = waiting
                items.append(item)
        if title == "System":
            items += [
                {"title": name, "icon": icon, "link": reverse_lazy(url)}
                for icon, name, url, permission in PAGES
                if request.user.has_perm(permission)
            ]
        if items:
            shown.append({"title": title, "separator": True, "items": items})
    return shown


def approvals_waiting(request: HttpRequest) -> str:
    """Return the number of open requests to staff who may decide on them. It is read once per request."""
    if not request.user.has_perm("billing.decide_approvalrequest"):
        return ""
    if not hasattr(request, "approvals_waiting"):
        count = ApprovalRequest.objects.filter(decided_at=None).order_by()[:100].count()
        request.approvals_waiting = "99+" if count == 100 else str(count or "")  # type: ignore[attr-defined]
    return str(request.approvals_waiting)  # type: ignore[attr-defined]
