"""Apply one transition to many rows.

Staff choose them in a list and confirm. The worker changes them one by one.

The rows of a run are fixed when they are chosen. The change of a row and its outcome are one transaction, so a
worker that is killed leaves both or neither. Another worker then continues with the rows that have no outcome.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app as jobs

from aira.adminkit.models import BulkRow, BulkRun
from aira.adminkit.transitions import Transition, transition_named
from aira.audit.actor import Actor, acting_as, set_reason
from aira.schema.errors import Refused, explain

log = logging.getLogger("aira.console")

LIMIT = 100_000
# A run without progress for this long has lost its worker.
STALLED = timedelta(minutes=1)
# How long unconfirmed runs and finished runs are kept.
DRAFTS, RUNS = timedelta(days=1), timedelta(days=90)
GONE = "The record was removed permanently."


@dataclass(frozen=True)
class OnBehalf:
    """Stand-in for the request when the worker runs a transition for the member of staff who started it."""

    user: Any


@dataclass(frozen=True)
class Progress:
    """Number of rows of a run, by outcome."""

    total: int
    done: int
    refused: int

    @property
    def processed(self) -> int:
        """Number of rows that have an outcome."""
        return self.done + self.refused


def transition_of(run: BulkRun) -> Transition | None:
    """Return the transition of a run, or None if this version of the site lacks the model or the action."""
    try:
        return transition_named(apps.get_model(run.model), run.action)
    except LookupError:
        return None


@transaction.atomic
def freeze(*, queryset: QuerySet[Any], transition: Transition, staff: Any) -> BulkRun:
    """Create a run of these rows. It waits for its confirmation. Raises Refused for no rows, or for more than LIMIT."""
    if transition.bulk is None:
        raise TypeError(f"The transition {transition.name} has no `bulk`, so a list can't apply it")
    total = queryset.order_by()[: LIMIT + 1].count()
    if not total:
        raise Refused("None of the chosen records is left, because they have changed. Choose again.")
    if total > LIMIT:
        raise Refused(f"You chose more than {LIMIT:,} records. Filter the list and choose fewer at a time.")
    run = BulkRun.objects.create(
        model=queryset.model._meta.label_lower,
        action=transition.name,
        label=f"{transition.label}: {queryset.model._meta.verbose_name_plural}",
        staff=staff,
        staff_name=staff.get_username(),
        total=0,
        unfit=0,
    )
    # The database copies the ids, in the order in which the rows will be processed.
    ordered = queryset.order_by(*transition.bulk_order, "pk").values_list("pk")
    query, params = ordered.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            # The query is Django's own statement with its parameters.
            "insert into console.bulk_rows (run_id, row_id) select %s, q.id"  # noqa: S608
            f" from (select row_number() over () as n, c.id::text from ({query}) c (id)) q order by q.n",
            [run.pk, *params],
        )
        run.total = cursor.rowcount
    run.unfit = run.total - queryset.order_by().filter(transition.bulk).count()
    run.save(update_fields=["total", "unfit"])
    return run


@transaction.atomic
def start(*, run: BulkRun, reason: str) -> None:
    """Hand the run to the worker. Idempotent."""
    unstarted = BulkRun.objects.filter(pk=run.pk, started_at=None, cancelled_at=None)
    if unstarted.update(started_at=timezone.now(), reason=reason):
        # Name the job as text, since its module imports this one.
        jobs.configure_task("console.bulk_run", allow_unknown=False).defer(run=str(run.pk))


@transaction.atomic
def cancel(*, run: BulkRun, by: str) -> None:
    """Cancel a run.

    Rows that are done stay changed, and the worker may finish its current row. Delete an unstarted run.
    """
    now = timezone.now()
    BulkRun.objects.filter(pk=run.pk, started_at=None).delete()
    BulkRun.objects.filter(pk=run.pk, finished_at=None).update(cancelled_at=now, cancelled_by=by, finished_at=now)


def progress(run: BulkRun) -> Progress:
    """Count the rows of a run by outcome."""
    counts = run.rows.aggregate(done=Count("pk", filter=Q(outcome="done")), no=Count("pk", filter=Q(outcome="refused")))
    return Progress(run.total, counts["done"], counts["no"])


def work(run_id: Any, should_stop: Callable[[], bool]) -> None:
    """Process all rows that have no outcome. Several workers can do so at once, and after one was killed."""
    run = BulkRun.objects.filter(pk=run_id, started_at__isnull=False).first()
    if run is None:
        return
    actor = Actor("staff", str(run.staff_id), run.staff_name, f"bulk:{run.pk}")
    with acting_as(lambda: actor):
        while not should_stop():
            if not step(run):
                break
    # Another worker may still process its last row.
    waiting = BulkRow.objects.filter(run=OuterRef("pk"), outcome=None)
    BulkRun.objects.filter(~Exists(waiting), pk=run.pk, finished_at=None).update(finished_at=timezone.now())


@transaction.atomic
def step(run: BulkRun) -> bool:
    """Process one row. Return False if no row is left."""
    row = run.rows.filter(outcome=None).order_by("pk").select_for_update(skip_locked=True).first()
    # Read the run after the row is locked, so that a cancellation which is committed by now takes effect.
    if row is None or not BulkRun.objects.filter(pk=run.pk, finished_at=None).exists():
        return False
    noted: list[str] = []
    row.said = outcome(run, row.row_id, noted)
    row.outcome = "refused" if row.said else "done"
    row.note = None if row.said else " ".join(noted) or None
    row.at = timezone.now()
    row.save(update_fields=["said", "outcome", "at", "note"])
    return True


def outcome(run: BulkRun, pk: str, noted: list[str]) -> str | None:
    """Apply the transition to one row.

    Return the reason if it is refused. Permissions are checked now, since they may have changed since the confirmation.

    Args:
        noted: receives the note of the row.
    """
    transition = transition_of(run)
    if transition is None:
        return "This version of the site no longer has this action."
    model = apps.get_model(run.model)
    staff = run.staff_id and get_user_model().objects.filter(pk=run.staff_id, is_active=True).first()
    view = f"{model._meta.app_label}.view_{model._meta.model_name}"
    if not staff or not (staff.has_perm(transition.permission) and staff.has_perm(view)):
        return f"{run.staff_name} no longer has the permission for this action."
    try:
        with transaction.atomic():
            set_reason(run.reason or "")
            row = model._default_manager.filter(pk=pk).first()
            if row is None:
                return GONE
            if not transition.offered(row):
                return f"“{transition.label}” is no longer possible, because the record has changed since you chose it."
            transition.do(OnBehalf(staff), row, {"reason": run.reason})  # type: ignore[arg-type]
            if note := transition.note(row):
                noted.append(note)
            return None
    except Refused as refused:
        return str(refused)
    except DatabaseError as error:
        if refusal := explain(error):
            said = " ".join(filter(None, (refusal.message, refusal.hint)))
            return f"{said} Reference: {refusal.constraint}" if refusal.constraint else said
        if not connection.is_usable():
            raise
        return failed(run, pk)
    except Exception:
        return failed(run, pk)


def failed(run: BulkRun, pk: str) -> str:
    """Log an unexpected error and return what the list of outcomes shows. The run continues with the remaining rows."""
    log.exception("bulk run %s failed at %s", run.pk, pk)
    return "An unexpected error occurred. The worker's log has the details."


def stalled() -> list[str]:
    """Return the ids of started runs that make no progress, because their worker was killed or not notified."""
    before = timezone.now() - STALLED
    opened = BulkRun.objects.filter(started_at__lt=before, finished_at=None)
    opened = opened.annotate(last=Max("rows__at")).filter(Q(last=None) | Q(last__lt=before))
    return [str(run.pk) for run in opened]


def forget() -> int:
    """Delete old unconfirmed and finished runs. Return how many."""
    now = timezone.now()
    old = Q(started_at=None, created_at__lt=now - DRAFTS) | Q(finished_at__lt=now - RUNS)
    _, removed = BulkRun.objects.filter(old).delete()
    return removed.get("console.BulkRun", 0)
