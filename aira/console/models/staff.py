"""Store staff, who log in to the console, and their uses of view-as. The product's users are `Account`s."""

import uuid
from typing import override
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now

from aira.schema import texts


class StaffUser(AbstractUser):
    """Member of staff."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Each member of staff may log in, as long as they are active.
    is_staff = models.BooleanField(default=True, editable=False)
    second_factor_at = models.DateTimeField(
        null=True, editable=False, verbose_name="second factor", help_text="When it was set up"
    )

    timezone = models.TextField(
        blank=True,
        db_default="",
        default="",
        verbose_name="time zone",
        help_text="For example Asia/Kolkata. Times are also shown in this time zone. Empty: the site's time zone",
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
            ("view_as_tenant", "Can see what a tenant sees"),
            ("reveal_personal_data", "Can have a record's personal data shown"),
            ("reset_second_factor", "Can reset the second factor of others"),
            ("unlock_staff", "Can unlock staff who failed to log in"),
        ]

    @override
    def clean(self) -> None:
        super().clean()
        if self.timezone:
            try:
                ZoneInfo(self.timezone)
            except (KeyError, ValueError, OSError) as error:
                message = f"“{self.timezone}” is not a time zone. Enter one such as Asia/Kolkata."
                raise ValidationError({"timezone": message}) from error


class ViewAsUse(models.Model):
    """Record one use of view-as."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The name remains when the member of staff is removed.
    staff = models.TextField()
    account_id = models.UUIDField(null=True, help_text="Empty for a visitor who has not logged in")
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
