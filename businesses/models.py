"""Business profiles: what the Voice Agent answers for, and the parent of a tenant's other rows."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Left, Lower

from aira.schema import texts
from aira.schema.models import Index, OwnedByAccount, PhoneKey, TrashableModel, TrashableQuerySet
from aira.schema.phone_numbers import E164
from aira.schema.sql_calls import rows
from aira.schema.triggers import Trigger, audited


def keep_id() -> Trigger:
    """A user's row keeps its id, though an upsert may set it to what it is; see `sql/keep_id.sql`."""
    return Trigger(
        name="keep_id",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("id"),
        calls="private.keep_id()",
    )


class BusinessType(models.TextChoices):
    RESTAURANT = "restaurant"
    RETAIL = "retail"
    SERVICE = "service"


class Business(TrashableModel):
    """A business profile: what the Voice Agent answers for, and the parent of its owner's other rows."""

    user = OwnedByAccount(
        related_name="businesses",
        verbose_name="owner",
        help_text="The account that the business belongs to. Left out, it is the caller's; a service has to say it.",
    )
    name = models.TextField(help_text="What the business is called. At most 200 characters, one line.")
    business_type = models.TextField(choices=BusinessType, help_text="restaurant, retail or service.")
    description = models.TextField(
        null=True, blank=True, help_text="What the business is and offers. At most 10,000 characters."
    )
    email = models.TextField(null=True, blank=True, help_text="The e-mail that customers write to.")
    phone_number = models.TextField(
        null=True,
        blank=True,
        help_text="Where people answer, in E.164 form, such as +14155550123.",
    )
    address = models.TextField(
        null=True, blank=True, help_text="Postal address, on one or more lines. At most 500 characters."
    )
    website = models.TextField(null=True, blank=True, help_text="The business's web address, http or https.")
    logo_url = models.TextField(null=True, blank=True, help_text="Address of a picture, http or https.")
    is_active = models.BooleanField(
        db_default=True, help_text="An inactive business is not found by the numbers that customers call."
    )
    timezone = models.TextField(
        db_default="UTC",
        help_text="IANA name, such as Europe/Berlin. Opening hours and days of reports are local to it.",
    )
    business_hours = models.JSONField(
        null=True, blank=True, help_text="Opening hours in local time; empty means 09:00–18:00 every day."
    )
    search = models.GeneratedField(
        expression=Func(F("name"), F("description"), F("address"), function="private.business_search_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="What full-text search looks through. Set by the database.",
    )

    objects: ClassVar = TrashableQuerySet["Business"].as_manager()

    class Meta(TrashableModel.Meta):
        db_table = "business_v2"
        ordering = ["name", "id"]
        verbose_name_plural = "businesses"
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_business_v2_user_id", fields=["user"]),
            # As the original tables had it.
            Index(name="idx_business_v2_business_type", fields=["business_type"]),
            # Console: full-text search.
            GinIndex(name="idx_business_v2_search", fields=["search"]),
            # Console search: an e-mail as far as it is typed; a phone number by its end.
            Index(OpClass(Left(Lower("email"), 320), name="text_pattern_ops"), name="idx_business_v2_email"),
            Index(OpClass(PhoneKey("phone_number"), name="text_pattern_ops"), name="idx_business_v2_phone"),
            # API: the newest of all, page by page.
            Index(name="idx_business_v2_created", fields=["-created_at", "-id"]),
            # Purge of the trash.
            Index(name="idx_business_v2_trash", fields=["deleted_at"], condition=Q(deleted_at__isnull=False)),
        ]
        constraints = [
            # What the composite foreign keys of every child point to.
            models.UniqueConstraint(name="business_v2_id_user_id_key", fields=["id", "user"]),
            models.CheckConstraint(
                name="business_type_known",
                condition=Q(business_type__in=["restaurant", "retail", "service"]),
                violation_error_message="The business type must be restaurant, retail or service.",
            ),
            models.CheckConstraint(
                name="business_name_not_blank",
                condition=Q(name__regex=r"[^[:space:]]"),
                violation_error_message="Give the business a name.",
            ),
            texts.readable("business_name_readable", "name", texts.NAME, "The name"),
            texts.at_most("business_description_length", "description", texts.NOTES, "The description"),
            texts.email("business_email_is_address", "email", "The e-mail"),
            texts.at_most("business_address_length", "address", 500, "The address"),
            texts.web_address("business_website_is_web_address", "website", "The website"),
            texts.web_address("business_logo_is_web_address", "logo_url", "The logo"),
            models.CheckConstraint(
                name="business_phone_is_e164",
                condition=Q(phone_number__regex=E164),
                violation_error_message="The phone number must be in E.164 form, such as +14155550123.",
            ),
            # Whoever asks for free times walks through all of them.
            models.CheckConstraint(
                name="business_hours_bounded",
                condition=Q(
                    Func(
                        F("business_hours"),
                        function="private.business_hours_bounded",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message=(
                    "The opening hours are too many: at most 1,000 intervals, special days and closures together, "
                    "and 64 kB."
                ),
            ),
            models.CheckConstraint(
                name="business_hours_valid",
                condition=Q(
                    Func(
                        F("business_hours"),
                        function="private.business_hours_valid",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message=(
                    'The opening hours must look like {"weekly": {"mon": [["09:00", "18:00"]]}, "special": '
                    '{"2026-12-25": []}, "closures": [{"from": "2026-08-01T00:00", "to": "2026-08-16T00:00"}]}, '
                    "without overlaps or days that do not exist."
                ),
            ),
        ]
        triggers = [
            *TrashableModel.Meta.triggers,
            audited("search"),
            keep_id(),
            Trigger(
                name="time_zone_is_iana",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("timezone"),
                calls="private.check_business_time_zone()",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def appointments_above_capacity(business: UUID) -> list[tuple[UUID, datetime]]:
    """Ids and times of appointments to come of which there are more at a time than the business takes, in order."""
    return rows("select appointment_id, scheduled_at from private.above_capacity(%s)", business)


class BusinessChild(TrashableModel):
    """A row inside a business: `user_id` follows the business's owner, and the trash follows the business's."""

    class Meta(TrashableModel.Meta):
        abstract = True
        triggers = [
            *TrashableModel.Meta.triggers,
            Trigger(
                name="fill_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("business_id", "deleted_at"),
                calls="private.fill_owner()",
            ),
        ]
