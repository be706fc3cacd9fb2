from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateFilter

from aira.console.base import ReadOnlyAdmin
from aira.ops.models import Archive


@admin.register(Archive)
class ArchiveAdmin(ReadOnlyAdmin):
    """`manage.py archive --restore TABLE MONTH` brings one back."""

    list_display = ("month", "table_name", "rows", "size", "file", "created_at", "restored_at")
    list_filter = (("month", RangeDateFilter),)
