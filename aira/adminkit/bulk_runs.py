"""One transition of many rows: chosen in a list, confirmed with figures, done by the worker row by row.

Which rows is written down when they are chosen. What happens to a row and its outcome are one transaction: a worker
that is killed has either both or neither, and whoever goes on takes the rows that have no outcome.
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
from aira.audit.actor import Actor, acting, because
from aira.schema.errors import Refused, explain

log = logging.getLogger("aira.console")

LIMIT = 100_000
# A run without progress for so long has lost its worker.
STALLED = timedelta(minutes=1)
# What nobody confirmed, and what is over, is not kept for ever.
DRAFTS, RUNS = timedelta(days=1), timedelta(days=90)
GONE = "It is gone for good."


@dataclass(frozen=True)
class OnBehalf:
    """What a transition knows of whoever pressed its button."""

    user: Any


@dataclass(frozen=True)
class Progress:
    total: int
    done: int
    refused: int

    @property
    def over(self) -> int:
        return self.done + self.refused


def transition_of(run: BulkRun) -> Transition | None:
    """None when a later version of the site no longer has the model or the action."""
    try:
        return transition_named(apps.get_model(run.model), run.action)
    except LookupError:
        return None


@transaction.atomic
def freeze(*, queryset: QuerySet[Any], transition: Transition, staff: Any) -> BulkRun:
    """A run of these rows, which has not started. Raises Refused for none, or more than LIMIT."""
    if transition.bulk is None:
        raise TypeError(f"{transition.name} is not for many rows at once")
    total = queryset.order_by()[: LIMIT + 1].count()
    if not total:
        raise Refused("Nothing is chosen any more: the rows have changed.")
    if total > LIMIT:
        raise Refused(f"These are more than {LIMIT:,} rows: filter the list, and do it in parts.")
    run = BulkRun.objects.create(
        model=queryset.model._meta.label_lower,
        action=transition.name,
        label=f"{transition.label}: {queryset.model._meta.verbose_name_plural}",
        staff=staff,
        staff_name=staff.get_username(),
        total=0,
        unfit=0,
    )
    # By the database, in the order in which they are to be done.
    ordered = queryset.order_by(*transition.bulk_order, "pk").values_list("pk")
    query, params = ordered.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            # Django's own statement, with its parameters beside it.
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
    """Hands it to the worker, once, however often it is pressed."""
    begun = BulkRun.objects.filter(pk=run.pk, started_at=None, cancelled_at=None)
    if begun.update(started_at=timezone.now(), reason=reason):
        # By name: the module of the job imports this one.
        jobs.configure_task("console.bulk_run").defer(run=str(run.pk))


@transaction.atomic
def cancel(*, run: BulkRun, by: str) -> None:
    """What is done stays done; of the rest at most the row under way is still done. One that has not started goes."""
    now = timezone.now()
    BulkRun.objects.filter(pk=run.pk, started_at=None).delete()
    BulkRun.objects.filter(pk=run.pk, finished_at=None).update(cancelled_at=now, cancelled_by=by, finished_at=now)


def progress(run: BulkRun) -> Progress:
    counts = run.rows.aggregate(done=Count("pk", filter=Q(outcome="done")), no=Count("pk", filter=Q(outcome="refused")))
    return Progress(run.total, counts["done"], counts["no"])


def work(run_id: Any, should_stop: Callable[[], bool]) -> None:
    """All rows that have no outcome. May run several times side by side, and again after it was killed."""
    run = BulkRun.objects.filter(pk=run_id, started_at__isnull=False).first()
    if run is None:
        return
    actor = Actor("staff", str(run.staff_id), run.staff_name, f"bulk:{run.pk}")
    with acting(lambda: actor):
        while not should_stop():
            if not step(run):
                break
    # Not while another worker is still at its last row.
    waiting = BulkRow.objects.filter(run=OuterRef("pk"), outcome=None)
    BulkRun.objects.filter(~Exists(waiting), pk=run.pk, finished_at=None).update(finished_at=timezone.now())


@transaction.atomic
def step(run: BulkRun) -> bool:
    """One row; False when there is none to take."""
    row = run.rows.filter(outcome=None).order_by("pk").select_for_update(skip_locked=True).first()
    # After the row is taken: a cancel that is committed by now holds.
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
    """Does it; why not, if not. Permission is that of now: it may have been taken since. noted: gets the row's note."""
    transition = transition_of(run)
    if transition is None:
        return "This site no longer has that action."
    model = apps.get_model(run.model)
    staff = run.staff_id and get_user_model().objects.filter(pk=run.staff_id, is_active=True).first()
    view = f"{model._meta.app_label}.view_{model._meta.model_name}"
    if not staff or not (staff.has_perm(transition.permission) and staff.has_perm(view)):
        return f"{run.staff_name} may no longer do this."
    try:
        with transaction.atomic():
            because(run.reason or "")
            row = model._default_manager.filter(pk=pk).first()
            if row is None:
                return GONE
            if not transition.offered(row):
                return f"“{transition.label}” is not possible: it has moved on."
            transition.do(OnBehalf(staff), row, {"reason": run.reason})  # type: ignore[arg-type]
            if note := transition.note(row):
                noted.append(note)
            return None
    except Refused as refused:
        return str(refused)
    except DatabaseError as error:
        if refusal := explain(error):
            return str(refusal)
        if not connection.is_usable():
            raise
        return failed(run, pk)
    except Exception:
        return failed(run, pk)


def failed(run: BulkRun, pk: str) -> str:
    """A mistake of ours: said, so that the other rows go on."""
    log.exception("bulk run %s failed at %s", run.pk, pk)
    return "It failed for a reason that is not the row's; the worker's log has it."


def stalled() -> list[str]:
    """Runs that nobody works at: their worker was killed, or could not be told."""
    before = timezone.now() - STALLED
    opened = BulkRun.objects.filter(started_at__lt=before, finished_at=None)
    opened = opened.annotate(last=Max("rows__at")).filter(Q(last=None) | Q(last__lt=before))
    return [str(run.pk) for run in opened]


def forget() -> int:
    """Removes what nobody confirmed, and what is long over; how many runs."""
    now = timezone.now()
    old = Q(started_at=None, created_at__lt=now - DRAFTS) | Q(finished_at__lt=now - RUNS)
    _, removed = BulkRun.objects.filter(old).delete()
    return removed.get("console.BulkRun", 0)
