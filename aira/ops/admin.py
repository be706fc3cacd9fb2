from django.contrib import admin

from aira.console.base import ReadOnlyAdmin
from aira.console.lists import Days
from aira.ops.models import Archive


@admin.register(Archive)
class ArchiveAdmin(ReadOnlyAdmin):
    """`manage.py archive --restore TABLE MONTH` brings one back."""

    list_display = ("month", "table_name", "rows", "size", "file", "created_at", "restored_at")
    list_filter = (("month", Days),)
