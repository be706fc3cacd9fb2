"""Show archives, backups, restore drills and integrity runs in the console."""

import json

from django.contrib import admin

from aira.adminkit.list_filters import DateRangeFilter
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.value_columns import in_words
from aira.audit.models import Anchor
from aira.ops.models import Archive, Backup, IntegrityRun, RestoreDrill, WorkerProcess


@admin.register(Archive)
class ArchiveAdmin(ReadOnlyAdmin):
    """List of archives. `manage.py archive --restore TABLE MONTH` restores one."""

    comes_from = (
        "The worker archives months that are older than their retention, if the setting ARCHIVE_DIR names a folder."
    )
    list_display = ("month", "table_name", "rows", "size", "file", "created_at", "restored_at")
    list_filter = (("month", DateRangeFilter),)


@admin.register(Backup)
class BackupAdmin(ReadOnlyAdmin):
    """List of backups. `manage.py backup` makes one."""

    comes_from = (
        "The worker makes backups if the setting BACKUP_SCHEDULE says when. The command “manage.py backup” makes "
        "one at once."
    )
    list_display = ("taken_at", "file", "rows", "size", "took")
    list_filter = (("taken_at", DateRangeFilter),)
    sources = {"took": ("duration",)}
    exclude = ("duration",)
    readonly_fields = ("took",)
    took = in_words("duration", "duration")


@admin.register(RestoreDrill)
class RestoreDrillAdmin(ReadOnlyAdmin):
    """List of restore drills. `manage.py restore_drill` runs one."""

    comes_from = (
        "A drill restores the newest backup and checks it. The worker runs drills if the setting DRILL_SCHEDULE "
        "says when. The command “manage.py restore_drill” runs one at once."
    )
    list_display = ("at", "file", "rows", "took", "age", "proved")
    sources = {"took": ("restored_in",), "age": ("lost",), "proved": ("problems",)}
    list_filter = (("at", DateRangeFilter),)
    fields = ("at", "file", "rows", "proved", "took", "age", "differences", "id")
    readonly_fields = ("took", "age", "proved", "differences")
    took = in_words("restored_in", "time until the restored database answered")
    age = in_words("lost", "age of the backup")
    differences = in_words("problems", "differences from the backup")

    @admin.display(description="passed", boolean=True)
    def proved(self, drill: RestoreDrill) -> bool:
        """Tell whether the drill found no problems."""
        return not drill.problems


@admin.register(IntegrityRun)
class IntegrityRunAdmin(ReadOnlyAdmin):
    """List of integrity runs. The worker runs one each night, `manage.py integrity` at any time."""

    comes_from = "The worker checks all data each night. The command “manage.py integrity” checks it at once."
    list_display = ("at", "took", "number_of_faults", "whole")
    sources = {"took": ("duration",), "number_of_faults": ("faults",), "whole": ("faults",)}
    list_filter = (("at", DateRangeFilter),)
    fields = ("at", "took", "whole", "found", "checked", "not_checked", "id")
    readonly_fields = ("took", "whole", "found", "checked", "not_checked")
    took = in_words("duration", "duration")
    found = in_words("faults", "faults")
    checked = in_words("looked_at", "number of checked objects")
    not_checked = in_words("not_looked_at", "objects that could not be checked, and why")

    @admin.display(description="faults")
    def number_of_faults(self, run: IntegrityRun) -> int:
        """Return the number of faults."""
        return len(run.faults)

    @admin.display(description="passed", boolean=True)
    def whole(self, run: IntegrityRun) -> bool:
        """Tell whether the run found no faults."""
        return not run.faults


@admin.register(WorkerProcess)
class WorkerProcessAdmin(ReadOnlyAdmin):
    """List of the worker's processes. Rows stay for a week after their end."""

    comes_from = "No worker has run yet. The command “manage.py worker” starts one."
    list_display = (
        "seen_at",
        "host",
        "pid",
        "version",
        "parts",
        "started_at",
        "stopped_at",
        "jobs_done",
        "deliveries_made",
    )
    list_filter = ("version", ("started_at", DateRangeFilter))


@admin.register(Anchor)
class AnchorAdmin(ReadOnlyAdmin):
    """List of anchors. The worker makes one each day, `manage.py anchor` at any time."""

    comes_from = (
        "An anchor is a signed copy of the newest hashes of the ledger and the audit. The worker makes one each "
        "day if the setting ANCHOR_KEY has a key."
    )
    list_display = ("number", "at", "key", "destinations")
    sources = {"destinations": ("sent",)}
    list_filter = (("at", DateRangeFilter),)
    readonly_fields = ("hashes", "arrivals")
    fieldsets = (
        (None, {"fields": ("number", "at", "hashes", "arrivals")}),
        ("For engineers", {"fields": ("statement", "signature", "key")}),
    )
    arrivals = in_words("sent", "sent to")

    @admin.display(description="covered by the statement")
    def hashes(self, anchor: Anchor) -> str:
        """Return what the statement covers. The field below has the exact text that was signed."""
        statement = json.loads(anchor.statement)
        wallets, months = (len(statement.get(name) or ()) for name in ("ledger", "audit"))
        return f"Wallets whose newest ledger entry it names: {wallets:,}\nMonths of the audit: {months:,}"

    @admin.display(description="sent to")
    def destinations(self, anchor: Anchor) -> str:
        """Return where the anchor was sent."""
        return ", ".join(sorted(anchor.sent)) or "–"
