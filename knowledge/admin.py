from django.contrib import admin

from aira.console.base import TrashableAdmin
from aira.console.lists import ChoicesDropdownFilter, Days, Of, Searched
from aira.console.transitions import WithTransitions
from knowledge import transitions
from knowledge.models import Document


@admin.register(Document)
class DocumentAdmin(WithTransitions, Searched, TrashableAdmin):
    transitions = transitions.DOCUMENT
    list_display = (
        "file_name",
        "business",
        "processing_status",
        "chunk_count",
        "attempts",
        "processing_error",
        "created_at",
    )
    list_filter = (
        ("processing_status", ChoicesDropdownFilter),
        ("created_at", Days),
        ("business", Of),
        ("user", Of),
    )
    list_select_related = ("business",)
    search_fields = ("id",)
    search_help_text = "A file's name; a business; an account's e-mail; an id"
    kind = "document"
    autocomplete_fields = ("business",)
    # What processing finds out is the KB Updater's to write.
    readonly_fields = ("processing_error", "processing_started_at", "attempts", "vector_db_id", "chunk_count")
