"""Show the pages of bulk actions: the confirmation, the progress and the outcome of each row."""

from typing import Any, override
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aira.adminkit import bulk_runs
from aira.adminkit.exports import answer
from aira.adminkit.links import listed, page_at, within_site
from aira.adminkit.list_filters import DateRangeFilter
from aira.adminkit.lists import ChangeList
from aira.adminkit.model_admin import ReadOnlyAdmin, may_view
from aira.adminkit.models import BulkRow, BulkRun
from aira.adminkit.reasons import ReasonForm

PAGE = 50
OUTCOMES = {"done": "Succeeded", "refused": "Failed", "waiting": "Waiting"}


class Runs(ChangeList):
    """List of runs, whose links lead to the page of a run."""

    @override
    def url_for_result(self, result: BulkRun) -> str:
        return reverse("bulk-run", args=[result.pk])


@admin.register(BulkRun)
class BulkRunAdmin(ReadOnlyAdmin):
    """List of bulk actions."""

    comes_from = "To change many records at once, choose them in their list, then an action."
    list_display = ("created_at", "label", "total", "staff_name", "reason", "state", "finished_at")
    list_filter = (("created_at", DateRangeFilter),)
    search_fields = ("staff_name", "reason", "label")
    sources = {"state": ("started_at", "finished_at", "cancelled_by")}
    # The column “Action” shows both in words.
    exclude = ("model", "action")

    @override
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Runs

    @admin.display(description="state")
    def state(self, run: BulkRun) -> str:
        """Return the state of a run in words."""
        return state_of(run)


def state_of(run: BulkRun) -> str:
    """Return the state of a run in words."""
    if run.cancelled_at:
        return f"cancelled by {run.cancelled_by}"
    if run.finished_at:
        return "finished"
    return "running" if run.started_at else "not confirmed"


def run_for(request: HttpRequest, pk: Any) -> tuple[BulkRun, type[models.Model]]:
    """Return a run and the model of its rows.

    Raises PermissionDenied unless the member of staff requested the run or may view all runs, and may view the model.
    """
    run = get_object_or_404(BulkRun, pk=pk)
    model = apps.get_model(run.model)
    own = run.staff_id == request.user.pk
    if not (own or request.user.has_perm("console.view_bulkrun")) or not may_view(request, model):
        raise PermissionDenied
    return run, model


@staff_member_required(login_url="admin:login")
def run_page(request: HttpRequest, pk: Any) -> HttpResponse:
    """Show one run, and confirm or cancel it."""
    run, model = run_for(request, pk)
    own = run.staff_id == request.user.pk
    form = ReasonForm(request.POST if request.POST.get("do") == "start" else None)
    back = within_site(request.GET.get("back", ""), listed(model))
    if request.method == "POST":
        if request.POST.get("do") == "cancel":
            if not (own or request.user.has_perm("console.cancel_bulkrun")):
                raise PermissionDenied
            bulk_runs.cancel(run=run, by=request.user.get_username())
            messages.success(
                request, "Cancelled. Records that are done stay changed." if run.started_at else "Nothing was changed."
            )
            return HttpResponseRedirect(request.get_full_path() if run.started_at else back)
        if not own:
            raise PermissionDenied
        if form.is_valid():
            bulk_runs.start(run=run, reason=form.cleaned_data["reason"])
            return HttpResponseRedirect(request.get_full_path())
    transition = bulk_runs.transition_of(run)
    chosen = request.GET.get("outcome", "")
    found = Paginator(with_outcome(run, chosen), PAGE).get_page(request.GET.get("page"))
    context = {
        "title": run.label,
        "run": run,
        "state": state_of(run),
        "progress": bulk_runs.progress(run),
        "fit": run.total - run.unfit,
        "transition": transition,
        "form": form,
        "own": own,
        "may_cancel": own or request.user.has_perm("console.cancel_bulkrun"),
        "under_way": run.started_at and not run.finished_at,
        "what": model._meta.verbose_name if run.total == 1 else model._meta.verbose_name_plural,
        "results": described(model, list(found.object_list)),
        "found": found,
        "chosen": chosen,
        "outcomes": OUTCOMES,
        "back": back,
        "keep": urlencode({"back": back}),
        **admin.site.each_context(request),
    }
    return render(request, "adminkit/bulk.html", context)


def with_outcome(run: BulkRun, chosen: str) -> Any:
    """Return the rows of a run with the chosen outcome."""
    rows = BulkRow.objects.filter(run=run).order_by("pk")
    if chosen == "waiting":
        return rows.filter(outcome=None)
    return rows.filter(outcome=chosen) if chosen in OUTCOMES else rows


def described(model: type[models.Model], rows: list[BulkRow]) -> list[dict[str, Any]]:
    """Return the outcomes with the name of each row. Personal data in names is masked as for any reader."""
    names = {str(row.pk): str(row) for row in model._default_manager.filter(pk__in=[row.row_id for row in rows])}
    return [
        {
            "name": names.get(row.row_id, row.row_id),
            "url": page_at(model, row.row_id) if row.row_id in names else None,
            "outcome": OUTCOMES[row.outcome or "waiting"],
            "said": row.said or row.note or "",
            "at": row.at,
            "id": row.row_id,
        }
        for row in rows
    ]


@require_safe
@staff_member_required(login_url="admin:login")
def progress_of(request: HttpRequest, pk: Any) -> HttpResponse:
    """Return the progress of a run as JSON."""
    run, _ = run_for(request, pk)
    now = bulk_runs.progress(run)
    return JsonResponse(
        {"total": now.total, "done": now.done, "refused": now.refused, "finished": run.finished_at is not None}
    )


@require_safe
@staff_member_required(login_url="admin:login")
def results(request: HttpRequest, pk: Any) -> HttpResponseBase:
    """Return the outcomes as CSV. The file holds ids instead of names, since names can contain personal data."""
    run, _ = run_for(request, pk)
    rows = with_outcome(run, request.GET.get("outcome", "")).values_list("row_id", "outcome", "said", "at")
    found = ([pk, OUTCOMES[outcome or "waiting"], said, at] for pk, outcome, said, at in rows.iterator(1000))
    return answer("csv", f"bulk-{run.action}", ["id", "outcome", "why", "at"], found)
