"""Show the page of figures: all reports as tables, with the time of their computation."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format, number_format

from aira.adminkit.money_format import money
from aira.analytics.models import AnalyticsRefresh
from aira.analytics.reports import PERIODS, Figures, figures, reports
from aira.schema import replica
from bookings.models import AppointmentSource
from telephony.models import NumberType

# The order of the page.
SHOWN = ("money", "liabilities", "sources", "appointments", "utilisation", "documents", "numbers")
# The heads of columns whose names are not words.
HEADS = {
    "median_seconds": "Half took at most (seconds)",
    "no_show_rate": "No-show rate",
    "no_shows": "No-shows",
    "p95_seconds": "95 % took at most (seconds)",
    "inactive": "In stopped wallets",
    "unknown": "Numbers without a cost",
}
# The labels of values, by column.
LABELS: dict[str, dict[str, str]] = {
    "source": {str(value): str(label) for value, label in AppointmentSource.choices},
    "number_type": {str(value): str(label) for value, label in NumberType.choices},
}
# Figures are stale when the job has missed three runs.
STALE = timedelta(minutes=45)


@staff_member_required(login_url="admin:login")
@permission_required("console.view_analytics", raise_exception=True)
def analytics(request: HttpRequest) -> HttpResponse:
    """Show all reports for the chosen number of days."""
    days = next((days for days in PERIODS if request.GET.get("days") == str(days)), 30)
    # Read all reports at once, to wait only once for a standby that lags.
    found, source = replica.read(lambda using: [figures(reports()[name], days, using) for name in SHOWN])
    context = {
        "sections": [section(one) for one in found],
        "from_replica": source.alias == replica.ALIAS,
        "days": days,
        "periods": PERIODS,
        "title": "Analytics",
        **admin.site.each_context(request),
    }
    return render(request, "console/analytics.html", context)


def section(found: Figures) -> dict[str, Any]:
    """Return one report as the template shows it."""
    return {
        "report": found.report,
        "columns": [HEADS.get(name, name.replace("_", " ").capitalize()) for name in found.columns],
        "rows": [list(cells(found.columns, row)) for row in found.rows],
        "refresh": found.refresh,
        "stale": is_stale(found.refresh),
    }


def is_stale(refresh: AnalyticsRefresh | None) -> bool:
    """Tell whether figures are too old."""
    return refresh is None or refresh.refreshed_at is None or refresh.refreshed_at < timezone.now() - STALE


def cells(columns: list[str], row: tuple[Any, ...]) -> Iterator[str]:
    """Yield values as people read them: with their currency, as percent or as text."""
    currency = dict(zip(columns, row, strict=True)).get("currency")
    for name, value in zip(columns, row, strict=True):
        match value:
            case None:
                yield "–"
            case Decimal() if name.endswith("_rate") or name == "utilisation":
                # number_format alone would cut digits off instead of rounding.
                yield f"{number_format(round(value * 100, 1), decimal_pos=1)} %"
            case Decimal() if currency and name != "wallets":
                yield money(value, currency)
            case Decimal() | int():
                yield number_format(value, force_grouping=True)
            case str():
                yield LABELS.get(name, {}).get(value, value)
            case _:
                yield date_format(value, "D j M Y")
