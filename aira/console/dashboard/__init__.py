"""The start page: today at a glance. Each figure has a permission, a list behind it, and says how old it is."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from aira.console.dashboard.charts import charts
from aira.console.dashboard.figures import Today, groups


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """For unfold: what the template of the start page shows."""
    today = Today(request, timezone.now())
    return context | {"title": "Today", "groups": groups(today), "charts": charts(today), "now": today.now}
