"""Show the state of the database to engineers, with problems at the top."""

from collections import Counter
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from procrastinate.contrib.django.models import ProcrastinateJob

from aira.adminkit.links import listed
from aira.adminkit.model_admin import may_view
from aira.console.navigation import PAGES
from aira.ops.health import health
from aira.ops.health.database_tables import tables
from aira.ops.models import Archive, Backup, IntegrityRun, RestoreDrill
from aira.outbox.models import ServiceEndpoint, WebhookDelivery
from aira.schema.sql_calls import rows
from knowledge.models import Document

# The page with the rows of a check.
BEHIND = {
    "ledger": lambda: reverse("ledger-proof"),
    "dead_deliveries": lambda: listed(WebhookDelivery, state="dead"),
    "late_deliveries": lambda: listed(WebhookDelivery, state="pending"),
    "stuck_documents": lambda: listed(Document, stuck="yes"),
    "failed_jobs": lambda: listed(ProcrastinateJob, status__exact="failed"),
    "integrity": lambda: listed(IntegrityRun),
    "integrity_age": lambda: listed(IntegrityRun),
    "analytics_age": lambda: reverse("analytics"),
}


@staff_member_required(login_url="admin:login")
@permission_required("console.view_advisor", raise_exception=True)
def database_room(request: HttpRequest) -> HttpResponse:
    """Show health checks and tables.

    Read as the owner of the schema, who alone sees the whole catalog and all statistics.
    """
    outcomes = health("direct")
    counted = Counter(outcome.level for outcome in outcomes)
    context = {
        "title": "Database room",
        "version": rows("show server_version")[0][0],
        "now": timezone.now(),
        "trouble": [
            {"outcome": outcome, "url": BEHIND[outcome.name]() if outcome.name in BEHIND else None}
            for outcome in outcomes
            if outcome.level in ("critical", "warn")
        ],
        "rest": [outcome for outcome in outcomes if outcome.level in ("info", "unknown")],
        "well": [outcome for outcome in outcomes if outcome.level == "ok"],
        "counted": counted,
        "tables": [
            {"table": table, "rows": [[cell(value) for value in row] for row in table.rows]}
            for table in tables("direct")
        ],
        "links": links(request),
        **admin.site.each_context(request),
    }
    return render(request, "console/database_room.html", context)


def cell(value: Any) -> dict[str, Any]:
    """Return a value as the template shows it."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"text": number_format(value, force_grouping=True), "number": True}
    return {"text": "–" if value in (None, "") else str(value), "number": False}


def links(request: HttpRequest) -> list[tuple[str, str]]:
    """Return links to related pages that the member of staff may open."""
    lists = {
        "Jobs": ProcrastinateJob,
        "Webhook deliveries": WebhookDelivery,
        "Service endpoints": ServiceEndpoint,
        "Backups": Backup,
        "Restore drills": RestoreDrill,
        "Integrity runs": IntegrityRun,
        "Archives": Archive,
    }
    pages = [
        (name, reverse(url))
        for _, name, url, permission in PAGES
        if url != "database-room" and request.user.has_perm(permission)
    ]
    return pages + [(name, listed(model)) for name, model in lists.items() if may_view(request, model)]
