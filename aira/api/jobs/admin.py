"""Show jobs of the API in the console: exports, large bulk requests and searches."""

from typing import Any, override

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from aira.adminkit.list_filters import DateRangeFilter, DropdownFilter
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition, TransitionReasonForm
from aira.api.jobs import creating
from aira.api.jobs.models import EXPORT, KINDS, ApiJob
from aira.audit.actor import set_reason


class KindFilter(DropdownFilter):
    """Filter by kind."""

    title = "kind"
    parameter_name = "kind__exact"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(KINDS.items())

    @override
    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=kind) if (kind := self.value()) in KINDS else queryset


def cancel(request: HttpRequest, row: ApiJob, data: dict[str, Any]) -> str:
    """Cancel a job, or remove its file."""
    set_reason(data["reason"])
    creating.cancel(job=row)
    return "The file was removed." if row.finished_at else "The job was cancelled."


def revoke_link(request: HttpRequest, row: ApiJob, data: dict[str, Any]) -> str:
    """Revoke the link of a file."""
    set_reason(data["reason"])
    creating.replace_link(job=row)
    return "The link was revoked. The program that made the file can get a new one."


@admin.register(ApiJob)
class ApiJobAdmin(WithTransitions, ReadOnlyAdmin):
    """List and page of jobs of the API. Values of filters may be personal data, so only their names are shown."""

    comes_from = "Programs start jobs over the API: exports, and requests that take long."
    list_display = (
        "created_at", "actor_name", "what", "state", "progress", "file_size", "finished_at", "expires_at",
    )  # fmt: skip
    list_filter = (("created_at", DateRangeFilter), KindFilter)
    sources = {
        "what": ("kind", "operation"),
        "state": ("started_at", "finished_at", "cancelled_at"),
        "progress": ("done", "total"),
        "file_size": ("size",),
    }
    fields = (
        "what", "state", "progress", "refusal", "actor_name", "reason", "request_id", "filter_names", "file_format",
        "file_size", "personal", "attempt", "created_at", "started_at", "finished_at", "expires_at", "removed_at",
        "downloaded_at", "id",
    )  # fmt: skip
    readonly_fields = ("what", "state", "progress", "refusal", "filter_names", "file_format", "file_size")
    transitions = (
        Transition(
            name="cancel",
            label="Cancel",
            permission="api.change_apijob",
            form=TransitionReasonForm,
            do=cancel,
            offered=lambda row: row.state in ("waiting", "running"),
            what=lambda row: f"Cancels the job of {row.actor_name}. Rows that are done stay changed.",
            danger=True,
        ),
        Transition(
            name="remove_file",
            label="Remove the file",
            permission="api.change_apijob",
            form=TransitionReasonForm,
            do=cancel,
            offered=lambda row: row.kind == EXPORT and row.state == "finished",
            what=lambda row: f"Removes the file of {row.actor_name} permanently. Its link ends.",
            danger=True,
        ),
        Transition(
            name="revoke_link",
            label="Revoke the link",
            permission="api.change_apijob",
            form=TransitionReasonForm,
            do=revoke_link,
            offered=lambda row: row.kind == EXPORT and row.state == "finished",
            what=lambda row: f"Ends the link of the file. {row.actor_name} can get a new one.",
            danger=True,
        ),
    )

    @admin.display(description="work")
    def what(self, job: ApiJob) -> str:
        """Return what the job does."""
        return f"{KINDS[job.kind]}: {job.operation}"

    @admin.display(description="progress")
    def progress(self, job: ApiJob) -> str:
        """Return how many rows are done, and of how many."""
        return f"{job.done:,} of {job.total:,}" if job.total is not None else f"{job.done:,}"

    @admin.display(description="reason of the failure")
    def refusal(self, job: ApiJob) -> str:
        """Return why the job failed."""
        return str((job.problem or {}).get("detail", "–"))

    @admin.display(description="filters")
    def filter_names(self, job: ApiJob) -> str:
        """Return the names of the filters."""
        return ", ".join(sorted(job.filters or {})) or "–"

    @admin.display(description="format")
    def file_format(self, job: ApiJob) -> str:
        """Return the format of the file."""
        return job.format or "–"

    @admin.display(description="size")
    def file_size(self, job: ApiJob) -> str:
        """Return the size of the file."""
        return filesizeformat(job.size) if job.size is not None else "–"
