"""Show background jobs in words: what each does, its state and its history."""

from copy import copy
from typing import Any, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime
from procrastinate.contrib.django import app
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from unfold.admin import ModelAdmin as UnfoldModelAdmin

from aira.adminkit.inlines import Rows
from aira.adminkit.list_filters import DateRangeFilter, DropdownFilter
from aira.formats.dates import time_text

STATES = {
    "todo": "Waiting",
    "doing": "Running",
    "succeeded": "Succeeded",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "aborted": "Aborted",
}
EVENTS = STATES | {
    "deferred": "Created",
    "started": "Started",
    "deferred_for_retry": "Failed, and waits for another attempt",
    "abort_requested": "Abort requested",
    "scheduled": "Planned for later",
}
HISTORY = "procrastinateevent_set"
# Tasks of procrastinate itself, which no job uses.
BUILT_IN = ("builtin:", "procrastinate.")

# procrastinate's own page has filters, emojis and JSON for programmers.
admin.site.unregister(ProcrastinateJob)


def called_jobs(opts: Any) -> Any:
    """Return the options of a model with the words for jobs. The model itself belongs to procrastinate's migrations."""
    called = copy(opts)
    called.verbose_name, called.verbose_name_plural = "job", "jobs"
    return called


def job_words(task_name: str) -> str:
    """Return what a job does: the first sentence of its docstring. Fall back to its name."""
    task = app.tasks.get(task_name)
    described = ((task.func.__doc__ if task else None) or task_name).strip()
    return described.partition("\n")[0].split(". ")[0].removesuffix(".")


class StateFilter(DropdownFilter):
    """Filter by state."""

    title = "state"
    parameter_name = "status__exact"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(STATES.items())

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=state) if (state := self.value()) in STATES else queryset


class KindFilter(DropdownFilter):
    """Filter by what the jobs do."""

    title = "job"
    parameter_name = "task_name__exact"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(
            ((name, job_words(name)) for name in app.tasks if not name.startswith(BUILT_IN)), key=lambda one: one[1]
        )

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(task_name=name) if (name := self.value()) else queryset


class PlannedFilter(DateRangeFilter):
    """Filter by the planned time."""

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "planned for"


class EventRows(Rows):
    """History of a job, the newest first."""

    model = ProcrastinateEvent
    fields = ("what", "time")
    readonly_fields = fields
    ordering = ("-at",)
    show_change_link = False
    show_title = False
    verbose_name_plural = "history"

    @override
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Staff who can view a job can also view its history.
        return bool(request.user.has_perm("procrastinate.view_procrastinatejob"))

    @admin.display(description="event")
    def what(self, event: ProcrastinateEvent) -> str:
        """Return the event in words."""
        return EVENTS.get(event.type, event.type)

    @admin.display(description="time")
    def time(self, event: ProcrastinateEvent) -> str:
        """Return the time with seconds, since events follow each other quickly."""
        return time_text(localtime(event.at), seconds=True) if event.at else "–"


@admin.register(ProcrastinateJob)
class JobAdmin(ProcrastinateJobAdmin, UnfoldModelAdmin):
    """List and page of jobs. The actions of procrastinate's own page ask for no permission."""

    comes_from = (
        "The worker runs jobs, for example a refresh of the analytics. Jobs that succeeded are removed after some days."
    )
    list_display = ["number", "job", "state", "latest", "planned", "attempts"]
    list_display_links = ["number", "job"]
    list_filter = [StateFilter, KindFilter, ("scheduled_at", PlannedFilter)]
    list_filter_submit = True
    fields = ["job", "state", "planned", "attempts", "concerns", "task_name", "number"]
    actions = ["retry", "cancel", "abort"]
    inlines = [EventRows]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opts = called_jobs(self.opts)

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [str(name) for name in self.fields]

    @override
    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        found.opts = self.opts
        return found

    @override
    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs["obj"]
        words = f"{job_words(row.task_name)} (job {row.pk})"
        # Django's history has changes made in the console, and jobs have none.
        context |= {"original": words, "subtitle": words, "show_history": False}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="job")
    def job(self, row: ProcrastinateJob) -> str:
        """Return what the job does."""
        return job_words(row.task_name)

    @admin.display(description="number", ordering="pk")
    def number(self, row: ProcrastinateJob) -> int:
        """Return the number of the job."""
        return int(row.pk)

    @admin.display(description="state")
    def state(self, row: ProcrastinateJob) -> str:
        """Return the state."""
        return STATES.get(row.status, row.status)

    @admin.display(description="latest event")
    def latest(self, row: Any) -> str:
        """Return the newest event and its time."""
        event = next(iter(getattr(row, HISTORY).all()), None)
        return f"{EVENTS.get(event.type, event.type)}, {time_text(localtime(event.at), seconds=True)}" if event else "–"

    @admin.display(description="planned for")
    def planned(self, row: ProcrastinateJob) -> str:
        """Return the time from which the job may run."""
        return time_text(localtime(row.scheduled_at)) if row.scheduled_at else "as soon as possible"

    @admin.display(description="concerns")
    def concerns(self, row: ProcrastinateJob) -> str:
        """Return the values that the job was given, one on each line."""
        given = {name: value for name, value in row.args.items() if name != "timestamp"}
        return "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in given.items()) or "–"

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Tell whether staff can retry, cancel and abort jobs."""
        return request.user.has_perm("procrastinate.change_procrastinatejob")

    @override
    @admin.action(description="Try again", permissions=["act"])
    def retry(self, request: HttpRequest, queryset: Any) -> None:
        super().retry(request, queryset)

    @override
    @admin.action(description="Cancel jobs that have not started", permissions=["act"])
    def cancel(self, request: HttpRequest, queryset: Any) -> None:
        super().cancel(request, queryset)

    @override
    @admin.action(description="Abort waiting and running jobs", permissions=["act"])
    def abort(self, request: HttpRequest, queryset: Any) -> None:
        super().abort(request, queryset)
