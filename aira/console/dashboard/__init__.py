"""Show the start page. Each figure needs a permission, links to a list, and shows its age."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from aira.console.dashboard.charts import charts
from aira.console.dashboard.figures import Today, groups


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return what the template of the start page shows. Called by unfold."""
    today = Today(request, timezone.now())
    return context | {"title": "Today", "groups": groups(today), "charts": charts(today), "now": today.now}
