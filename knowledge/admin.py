from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from aira.console.base import TrashableAdmin
from aira.console.transitions import WithTransitions
from knowledge import actions, transitions
from knowledge.models import Document


@admin.register(Document)
class DocumentAdmin(WithTransitions, TrashableAdmin):
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
    list_filter = ("processing_status", "mime_type")
    list_select_related = ("business",)
    search_fields = ("file_name", "file_path", "vector_db_id", "business__name", "id")
    date_hierarchy = "created_at"
    autocomplete_fields = ("business",)
    # What processing finds out is the KB Updater's to write.
    actions = ("restore", "process_again")
    readonly_fields = ("processing_error", "processing_started_at", "attempts", "vector_db_id", "chunk_count")

    @admin.action(description="Process again: retry what failed, renew what is completed", permissions=["change"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        queued = actions.process_again(documents=queryset)
        rest = len(queryset) - queued
        self.message_user(request, f"{queued} queued." + (f" {rest} are on their way or in the trash." if rest else ""))
