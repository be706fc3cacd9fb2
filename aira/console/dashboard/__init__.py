"""Show the start page. Each figure needs a permission, links to a list, and shows its age."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from aira.adminkit.model_admin import may_view
from aira.console import notes
from aira.console.dashboard.charts import charts
from aira.console.dashboard.figures import Today, groups
from aira.console.models import Note, StaffUser
from aira.console.note_pages import subject_url

MINE = 10


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return what the template of the start page shows. Called by unfold."""
    today = Today(request, timezone.now())
    shown = {"title": "Today", "groups": groups(today), "charts": charts(today), "now": today.now}
    return context | shown | {"mine": my_notes(request), "today": today.day}


def my_notes(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the open follow-ups of the member of staff, the most urgent first."""
    if not may_view(request, Note) or not isinstance(request.user, StaffUser):
        return []
    found = [note for note in notes.mine(request.user)[:MINE] if may_view(request, type(note.subject))]
    return [{"note": note, "subject": note.subject, "url": subject_url(note.subject)} for note in found]
