"""Create and cancel jobs."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce, Now
from procrastinate.contrib.django import app as jobs
from rest_framework.request import Request

from aira.api.jobs.models import BULK, EXPORT, ApiJob, JobItem
from aira.api.jobs.progress import CONTENT, answer_of, is_open
from aira.schema.errors import Refused
from aira.web.request_identity import actor_of

# Bulk requests that a job handles may have more items, since each item is a transaction of its own.
MOST_ITEMS = 1000
# Jobs of one caller that have not ended, so that one program does not keep the worker from the others.
MOST_OPEN = 20


class TooManyJobs(Refused):
    """Raised if a caller has too many jobs that have not ended."""

    kind = "too_many_jobs"


@transaction.atomic
def begin(
    request: Request,
    *,
    kind: str,
    operation: str,
    content: dict[str, Any],
    reason: str | None,
    items: list[tuple[dict[str, Any], dict[str, Any] | None]] | None = None,
) -> ApiJob:
    """Create a job and hand it to the worker.

    Args:
        request: the request of the caller.
        kind: see `aira.api.jobs.models.KINDS`.
        operation: id of the operation.
        content: what the worker needs to know.
        reason: why, recorded with each change.
        items: the items of a bulk request, with the outcomes of those that are refused already.
    """
    actor = actor_of(request._request)
    if actor is None:
        raise TypeError("Only a caller who is logged in has jobs.")
    if ApiJob.objects.filter(is_open(), actor_kind=actor.kind, actor_id=actor.id).count() >= MOST_OPEN:
        raise TooManyJobs(f"You have {MOST_OPEN} jobs that have not ended. Wait until one ends, or cancel one.")
    job = ApiJob.objects.create(
        kind=kind,
        operation=operation,
        request=content,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        request_id=actor.request_id,
        reason=reason,
        total=len(items) if items else None,
        done=sum(outcome is not None for _, outcome in items or ()),
    )
    JobItem.objects.bulk_create(
        JobItem(job=job, index=index, item=item, outcome=outcome) for index, (item, outcome) in enumerate(items or ())
    )
    defer(str(job.pk))
    # The database sets the time of creation.
    return ApiJob.objects.get(pk=job.pk)


def defer(job: str) -> None:
    """Hand a job to the worker."""
    # Name the job as text, since its module imports this one.
    jobs.configure_task("api.run_job", allow_unknown=False).defer(job=job)


@transaction.atomic
def cancel(*, job: ApiJob) -> None:
    """Cancel a job, or remove the file of an ended one. Idempotent. Items that are done keep their outcomes."""
    row = ApiJob.objects.select_for_update().get(pk=job.pk)
    if row.cancelled_at or (row.finished_at and row.kind != EXPORT):
        return
    ended = {"started_at": Coalesce("started_at", Now()), "finished_at": Coalesce("finished_at", Now())}
    ApiJob.objects.filter(pk=job.pk).update(**ended, cancelled_at=Now(), expires_at=Now() + CONTENT)
    if row.kind == BULK:
        ApiJob.objects.filter(pk=job.pk).update(result=answer_of(row))
    else:
        remove_content(job)


@transaction.atomic
def replace_link(*, job: ApiJob) -> None:
    """Revoke the link of a file. From now on, only a new link opens it."""
    row = ApiJob.objects.select_for_update().get(pk=job.pk)
    ApiJob.objects.filter(pk=job.pk).update(link_version=row.link_version + 1)


def remove_content(job: ApiJob) -> None:
    """Remove what a job holds: its request, its result and its file."""
    job.chunks.all().delete()
    job.items.all().delete()
    ApiJob.objects.filter(pk=job.pk).update(request=None, result=None, after=None, removed_at=Now())
