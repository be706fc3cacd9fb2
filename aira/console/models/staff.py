"""Store staff, who log in to the console, and their uses of view-as. The product's users are `Account`s."""

import uuid
from typing import override
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractUser, Group, Permission
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone as clock

from aira.schema import texts

USER_NAME = "A user name can have letters, digits and the characters @ . + - _ only."
NOT_AN_E_MAIL = "This is not an e-mail address. Write one such as maria@example.com."


class StaffUser(AbstractUser):
    """Member of staff. It repeats fields of Django, whose texts are written for programmers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        "user name",
        max_length=150,
        unique=True,
        help_text=f"The name to log in with. {USER_NAME}",
        validators=[UnicodeUsernameValidator(message=USER_NAME)],
        error_messages={"unique": "Another member of staff has this user name. Choose another one."},
    )
    email = models.EmailField("e-mail", blank=True, error_messages={"invalid": NOT_AN_E_MAIL})
    # Each member of staff may log in, as long as they are active.
    is_staff = models.BooleanField("staff", default=True, editable=False)
    is_active = models.BooleanField(
        "active",
        default=True,
        help_text="The person can log in. To end their access, clear this box instead of deleting them.",
    )
    is_superuser = models.BooleanField(
        "superuser", default=False, help_text="The person has all permissions, whatever their groups are."
    )
    groups = models.ManyToManyField(  # type: ignore[assignment]
        Group,
        verbose_name="groups",
        blank=True,
        help_text="The person has the permissions of all chosen groups.",
        related_name="user_set",
        related_query_name="user",
    )
    user_permissions = models.ManyToManyField(  # type: ignore[assignment]
        Permission,
        verbose_name="further permissions",
        blank=True,
        help_text="Permissions that the person has besides those of their groups.",
        related_name="user_set",
        related_query_name="user",
    )
    date_joined = models.DateTimeField("added at", default=clock.now)
    second_factor_at = models.DateTimeField(
        null=True,
        editable=False,
        verbose_name="second factor since",
        help_text="Empty if the person has not set up a second factor yet.",
    )

    timezone = models.TextField(
        blank=True,
        db_default="",
        default="",
        verbose_name="time zone",
        help_text="For example Asia/Kolkata. Times are also shown in this time zone. Empty: the time zone of the site.",
    )

    class Meta:
        db_table = "staff_users"
        verbose_name = "member of staff"
        verbose_name_plural = "staff"
        permissions = [
            ("view_advisor", "Can view the advisor's findings"),
            ("export_account", "Can export an account's data"),
            ("erase_account", "Can erase an account"),
            ("view_analytics", "Can view the analytics"),
            ("view_personal_data", "Can view personal data unmasked"),
            ("export_lists", "Can export lists"),
            ("view_as_tenant", "Can view as a tenant"),
            ("reveal_personal_data", "Can reveal the personal data of a record"),
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
    staff = models.TextField(verbose_name="member of staff")
    account_id = models.UUIDField(
        null=True, verbose_name="account", help_text="Empty for a visitor who has not logged in."
    )
    table_name = models.TextField(verbose_name="table")
    row_id = models.UUIDField(null=True, verbose_name="record")
    reason = models.TextField()
    created_at = models.DateTimeField(db_default=Now(), verbose_name="time")

    class Meta:
        db_table = "view_as_uses"
        ordering = ["-created_at", "id"]
        verbose_name = "use of view-as"
        verbose_name_plural = "uses of view-as"
        constraints = [texts.at_most("view_as_reason_length", "reason", texts.REASON, "The reason")]

    def __str__(self) -> str:
        return f"{self.staff} looked at {self.table_name}"
