"""Store bulk actions, with the outcome of each of their rows, and the views of lists that staff save."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aira.schema import texts

# The longest name of a view of a list.
LONGEST_NAME = 100


class BulkRun(models.Model):
    """Run of one transition over many rows, requested by one member of staff and processed by the worker.

    A run that nobody has confirmed has not started. A cancelled run has rows without an outcome. See bulk_runs.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.TextField(verbose_name="kind of record", help_text="For example billing.transaction.")
    action = models.TextField(verbose_name="name of the action")
    label = models.TextField(verbose_name="action")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="member of staff")
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


class ListView(models.Model):
    """View of a list: columns, filters and order that a member of staff saved under a name.

    It may name columns and filters that a later version of the site no longer has. See list_views.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.DB_CASCADE, related_name="+", db_index=False)
    model = models.TextField(help_text="Model of the list, such as billing.transaction")
    name = models.TextField()
    columns = models.JSONField(default=list, help_text="Names in their order. Empty means the columns of the list")
    filters = models.TextField(help_text="Query of the list's address, without the search and personal data")
    ordering = models.JSONField(default=list, help_text="Names of columns, such as -created_at")
    is_default = models.BooleanField(default=False, help_text="Whether it opens with the list")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "console"
        db_table = "list_views"
        ordering = ["name", "id"]
        verbose_name = "view of a list"
        verbose_name_plural = "views of lists"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="list_view_name_once",
                fields=["staff", "model", "name"],
                violation_error_message="You already have a view with this name. Choose another name.",
            ),
            models.UniqueConstraint(
                name="one_list_view_by_default", fields=["staff", "model"], condition=Q(is_default=True)
            ),
            models.CheckConstraint(
                name="list_view_has_a_name",
                condition=Q(name__regex=r"\S"),
                violation_error_message="Enter a name for the view.",
            ),
            texts.at_most("list_view_name_length", "name", LONGEST_NAME, "The name"),
            texts.at_most("list_view_filters_length", "filters", texts.REASON, "The filters of a view"),
        ]

    def __str__(self) -> str:
        return self.name
