"""Show the start page. Each figure needs a permission, links to a list, and shows its age."""

from typing import Any

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from aira.adminkit.model_admin import may_view
from aira.console import notes
from aira.console.dashboard.charts import charts
from aira.console.dashboard.figures import groups
from aira.console.dashboard.today import Today
from aira.console.models import Note, StaffUser
from aira.console.note_pages import subject_url

MINE = 10


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return what the template of the start page shows. Called by unfold."""
    today = Today(request, timezone.now())
    return context | figures_of(request, today) | {"title": "Today", "charts": charts(today)}


def figures_of(request: HttpRequest, today: Today) -> dict[str, Any]:
    """Return the part of the page that refreshes by itself."""
    return {"groups": groups(today), "now": today.now, "mine": my_notes(request), "today": today.day}


@never_cache
@staff_member_required(login_url="admin:login")
def today_figures(request: HttpRequest) -> HttpResponse:
    """Return the figures for the page that is open already."""
    return render(request, "console/figures.html", figures_of(request, Today(request, timezone.now())))


def my_notes(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the open follow-ups of the member of staff, the most urgent first."""
    if not may_view(request, Note) or not isinstance(request.user, StaffUser):
        return []
    found = [note for note in notes.mine(request.user)[:MINE] if may_view(request, type(note.subject))]
    return [{"note": note, "subject": note.subject, "url": subject_url(note.subject)} for note in found]
