"""Console pages of documents."""

from typing import Any, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from aira.adminkit.list_filters import ChoicesDropdownFilter, DateRangeFilter, DropdownFilter, RelatedFilter
from aira.adminkit.lists import Searched
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.trashable import TrashableAdmin
from knowledge import actions, transitions
from knowledge.models import FOUND_OUT, Document


class StuckFilter(DropdownFilter):
    """Show documents that are stuck."""

    title = "stuck"
    parameter_name = "stuck"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", actions.STUCK)]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> QuerySet[Document]:
        return actions.stuck(queryset) if self.value() == "yes" else queryset


@admin.register(Document)
class DocumentAdmin(WithTransitions, Searched, TrashableAdmin):
    """Documents and their buttons."""

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
    # Only columns with an index, since the table has a million rows.
    sortable_by = ("created_at",)
    list_filter = (
        ("processing_status", ChoicesDropdownFilter),
        StuckFilter,
        ("created_at", DateRangeFilter),
        ("business", RelatedFilter),
        ("user", RelatedFilter),
    )
    list_select_related = ("business",)
    search_fields = ("id",)
    search_help_text = "File name, business, account's e-mail or id"
    kind = "document"
    help_texts = {
        "user": "The account that owns the business.",
        "attempts": "How often the KB Updater began to process the document.",
        "rescues": "How often processing got stuck since staff last queued the document.",
        "processing_started_at": "When the current attempt started.",
        "processed_at": "When processing was completed or failed.",
        "vector_db_id": "Id under which the Voice Agent finds the content of the document.",
        "chunk_count": "Number of parts into which the KB Updater divided the document.",
        "file_path": "Where the file is in the storage. It begins with the id of the business and “/”.",
    }
    autocomplete_fields = ("business",)
    readonly_fields = FOUND_OUT
