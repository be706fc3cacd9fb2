from django.contrib import admin

from aira.console.base import TrashableAdmin
from knowledge.models import Document


@admin.register(Document)
class DocumentAdmin(TrashableAdmin):
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
    readonly_fields = ("processing_error", "processing_started_at", "attempts", "vector_db_id", "chunk_count")
