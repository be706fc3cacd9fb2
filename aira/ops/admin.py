from django.contrib import admin

from aira.adminkit.lists import Days
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.ops.models import Archive, Backup, IntegrityRun, RestoreDrill


@admin.register(Archive)
class ArchiveAdmin(ReadOnlyAdmin):
    """`manage.py archive --restore TABLE MONTH` brings one back."""

    list_display = ("month", "table_name", "rows", "size", "file", "created_at", "restored_at")
    list_filter = (("month", Days),)


@admin.register(Backup)
class BackupAdmin(ReadOnlyAdmin):
    """`manage.py backup` makes one."""

    list_display = ("taken_at", "file", "rows", "size", "duration")
    list_filter = (("taken_at", Days),)


@admin.register(RestoreDrill)
class RestoreDrillAdmin(ReadOnlyAdmin):
    """`manage.py restore_drill` does one."""

    list_display = ("at", "file", "rows", "restored_in", "lost", "proved")
    list_filter = (("at", Days),)

    @admin.display(description="proved", boolean=True)
    def proved(self, drill: RestoreDrill) -> bool:
        return not drill.problems


@admin.register(IntegrityRun)
class IntegrityRunAdmin(ReadOnlyAdmin):
    """`manage.py integrity` makes one, and the worker each night."""

    list_display = ("at", "duration", "number_of_faults", "whole")
    list_filter = (("at", Days),)

    @admin.display(description="faults")
    def number_of_faults(self, run: IntegrityRun) -> int:
        return len(run.faults)

    @admin.display(description="whole", boolean=True)
    def whole(self, run: IntegrityRun) -> bool:
        return not run.faults
