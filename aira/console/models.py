"""Staff: people who log in to the console. The product's users are `Account`s."""

import uuid
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aira.db import texts


class StaffUser(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    second_factor_at = models.DateTimeField(
        null=True, editable=False, verbose_name="second factor", help_text="Since when there is one"
    )

    timezone = models.TextField(
        blank=True,
        db_default="",
        default="",
        verbose_name="time zone",
        help_text="Such as Asia/Kolkata: times are shown in it beside the business's. Empty: the site's",
    )

    class Meta:
        db_table = "staff_users"
        verbose_name = "staff member"
        permissions = [
            ("view_advisor", "Can view the advisor's findings"),
            ("export_account", "Can export an account's data"),
            ("erase_account", "Can erase an account"),
            ("view_analytics", "Can view the analytics"),
            ("view_personal_data", "Can view personal data unmasked"),
            ("export_lists", "Can export lists"),
            ("reveal_personal_data", "Can have a record's personal data shown"),
            ("reset_second_factor", "Can reset the second factor of others"),
            ("unlock_staff", "Can unlock staff who failed to log in"),
        ]

    def clean(self) -> None:
        super().clean()
        if self.timezone:
            try:
                ZoneInfo(self.timezone)
            except (KeyError, ValueError, OSError) as error:
                said = f"{self.timezone} is no time zone; write one such as Asia/Kolkata."
                raise ValidationError({"timezone": said}) from error


class BulkRun(models.Model):
    """One transition of many rows, asked for by one member of staff; the worker does it. See aira/console/bulk.py.

    A run that nobody confirmed has not started; one that was cancelled has rows without an outcome.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.TextField(help_text="What its rows are, such as billing.transaction")
    action = models.TextField(help_text="Name of the transition")
    label = models.TextField(verbose_name="what")
    staff = models.ForeignKey(StaffUser, models.SET_NULL, null=True)
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


class ViewAsUse(models.Model):
    """That a member of staff looked at a table with an account's eyes, and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The name stays when the member of staff goes.
    staff = models.TextField()
    account_id = models.UUIDField(null=True, help_text="Empty: a visitor who has not logged in")
    table_name = models.TextField()
    row_id = models.UUIDField(null=True)
    reason = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "view_as_uses"
        ordering = ["-created_at", "id"]
        verbose_name = "use of view-as"
        verbose_name_plural = "uses of view-as"
        constraints = [texts.at_most("view_as_reason_length", "reason", texts.REASON, "The reason")]

    def __str__(self) -> str:
        return f"{self.staff} looked at {self.table_name}"
