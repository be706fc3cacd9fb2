"""Store bulk actions: each run, and what came of each of its rows."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aira.schema import texts


class BulkRun(models.Model):
    """One transition of many rows, requested by one member of staff and done by the worker; see bulk_runs.py.

    A run that nobody confirmed has not started; one that was cancelled has rows without an outcome.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.TextField(help_text="What its rows are, such as billing.transaction")
    action = models.TextField(help_text="Name of the transition")
    label = models.TextField(verbose_name="what")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    # The name stays when the member of staff goes.
    staff_name = models.TextField(verbose_name="asked by")
    reason = models.TextField(null=True)
    total = models.IntegerField(verbose_name="rows")
    unfit = models.IntegerField(help_text="How many of them it could not be done to when they were chosen")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.TextField(null=True)

    class Meta:
        app_label = "console"
        db_table = "bulk_runs"
        ordering = ["-created_at", "id"]
        verbose_name = "run of a bulk action"
        verbose_name_plural = "runs of bulk actions"
        default_permissions = ("view",)
        permissions = [("cancel_bulkrun", "Can cancel bulk actions of others")]
        constraints = [
            models.CheckConstraint(
                name="bulk_run_has_a_reason",
                condition=Q(started_at=None) | Q(reason__regex=r"\S"),
                violation_error_message="Say why: it is recorded with each change.",
            ),
            texts.at_most("bulk_run_reason_length", "reason", texts.REASON, "The reason"),
            models.CheckConstraint(
                name="bulk_run_ends_after_its_start", condition=Q(finished_at=None) | Q(started_at__isnull=False)
            ),
        ]
        indexes = [
            # console.resume_bulk_runs: those under way.
            models.Index(
                name="idx_bulk_runs_open",
                fields=["started_at"],
                condition=Q(started_at__isnull=False, finished_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.total} rows"


class BulkRow(models.Model):
    """What a run does to one row, and what came of it. Nothing of the row itself is kept: it may be personal."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows", db_index=False)
    row_id = models.TextField()
    outcome = models.TextField(null=True)
    said = models.TextField(null=True, help_text="Why it was refused")
    note = models.TextField(null=True, help_text="What is to be known of a row that is done")
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
            # The worker: the next one of a run.
            models.Index(name="idx_bulk_rows_waiting", fields=["run", "id"], condition=Q(outcome=None)),
            # A run's page: how many were refused, and which.
            models.Index(name="idx_bulk_rows_outcome", fields=["run", "outcome", "id"]),
        ]

    def __str__(self) -> str:
        return self.row_id
