"""Store bulk actions: each run, and the outcome of each of its rows."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aira.schema import texts


class BulkRun(models.Model):
    """Run of one transition over many rows, requested by one member of staff and processed by the worker.

    A run that nobody has confirmed has not started. A cancelled run has rows without an outcome. See bulk_runs.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.TextField(verbose_name="kind of record", help_text="For example billing.transaction.")
    action = models.TextField(verbose_name="name of the action")
    label = models.TextField(verbose_name="action")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    # The name remains when the member of staff is removed.
    staff_name = models.TextField(verbose_name="started by")
    reason = models.TextField(null=True)
    total = models.IntegerField(verbose_name="records")
    unfit = models.IntegerField(
        verbose_name="not possible",
        help_text="Number of records to which the action could not apply when they were chosen.",
    )
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.TextField(null=True)

    class Meta:
        app_label = "console"
        db_table = "bulk_runs"
        ordering = ["-created_at", "id"]
        verbose_name = "bulk action"
        verbose_name_plural = "bulk actions"
        default_permissions = ("view",)
        permissions = [("cancel_bulkrun", "Can cancel bulk actions of others")]
        constraints = [
            models.CheckConstraint(
                name="bulk_run_has_a_reason",
                condition=Q(started_at=None) | Q(reason__regex=r"\S"),
                violation_error_message="Enter a reason. It is recorded with each change.",
            ),
            texts.at_most("bulk_run_reason_length", "reason", texts.REASON, "The reason"),
            models.CheckConstraint(
                name="bulk_run_ends_after_its_start", condition=Q(finished_at=None) | Q(started_at__isnull=False)
            ),
        ]
        indexes = [
            # Read by console.resume_bulk_runs: runs in progress.
            models.Index(
                name="idx_bulk_runs_open",
                fields=["started_at"],
                condition=Q(started_at__isnull=False, finished_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.total} record{'' if self.total == 1 else 's'}"


class BulkRow(models.Model):
    """Outcome of a run for one row. The row's own values are not kept, since they may be personal data."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows", db_index=False)
    row_id = models.TextField()
    outcome = models.TextField(null=True)
    said = models.TextField(null=True, verbose_name="reason of the failure")
    note = models.TextField(null=True, help_text="Note on a record that succeeded.")
    at = models.DateTimeField(null=True)

    class Meta:
        app_label = "console"
        db_table = "bulk_rows"
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="bulk_row_once_in_a_run", fields=["run", "row_id"]),
            models.CheckConstraint(
                name="bulk_row_outcome_known",
                condition=Q(outcome=None, at=None, said=None)
                | Q(outcome="done", at__isnull=False, said=None)
                | Q(outcome="refused", at__isnull=False, said__isnull=False),
            ),
        ]
        indexes = [
            # Read by the worker: the next row of a run.
            models.Index(name="idx_bulk_rows_waiting", fields=["run", "id"], condition=Q(outcome=None)),
            # Read by a run's page: the number of refused rows, and which they are.
            models.Index(name="idx_bulk_rows_outcome", fields=["run", "outcome", "id"]),
        ]

    def __str__(self) -> str:
        return self.row_id
