"""Show the notes about a record on its page."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("console/notes.html", takes_context=True)
def notes_of(context: dict[str, Any], row: Any, along: Any = None) -> dict[str, Any]:
    """Show the notes about a record, with a form for another one if the member of staff may write one."""
    # Django imports all template tags while the first page is defined, so the pages can't be imported yet.
    from aira.adminkit.model_admin import may_view
    from aira.console import notes
    from aira.console.models import Note
    from aira.console.note_pages import NoteForm

    request = context["request"]
    if row is None or not may_view(request, Note):
        return {"may_view": False}
    found = list(notes.notes_about(row, along)[: notes.SHOWN + 1])
    may_add = request.user.has_perm("console.add_note")
    options = row._meta
    return {
        "may_view": True,
        "notes": found[: notes.SHOWN],
        "more": len(found) > notes.SHOWN,
        "form": NoteForm() if may_add else None,
        "add": reverse("add-note", args=[options.app_label, options.model_name, row.pk]),
        "may_change": request.user.has_perm("console.change_note"),
        "may_reveal": request.user.has_perm("console.reveal_personal_data"),
        "back": f"{request.get_full_path()}#notes",
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }
