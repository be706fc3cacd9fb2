"""Buttons of the console for documents."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from aira.adminkit.transitions import Transition, restore, trash_many
from aira.schema.errors import Refused
from knowledge import actions
from knowledge.models import Document


def process_again(request: HttpRequest, row: Document, data: dict[str, Any]) -> str:
    """Queue a document for a new attempt, and return a message."""
    if not actions.process_again(documents=Document.objects.filter(pk=row.pk)):
        raise Refused("The document is already queued. Reload the page to see its status.")
    return f"{row.file_name} was queued. The KB Updater processes it again."


DOCUMENT = (
    Transition(
        name="process-again", label="Process again", permission="knowledge.change_document", do=process_again,
        offered=lambda row: row.deleted_at is None and row.processing_status in ("failed", "completed"),
        bulk=Q(deleted_at=None, processing_status__in=["failed", "completed"]),
        what=lambda row: f"The KB Updater processes {row.file_name} again, as attempt {row.attempts + 1}."
        + (f" The last attempt failed: {row.processing_error}" if row.processing_error else ""),
    ),
    restore(Document),
    *trash_many(Document),
)  # fmt: skip
