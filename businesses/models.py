"""Businesses: the profiles that the Voice Agent answers for, and the parents of most other tenant rows."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Left, Lower

from aira.events.triggers import tells
from aira.schema import texts
from aira.schema.models import Index, OwnedByAccount, PhoneDigits, PhoneKey, TrashableModel, TrashableQuerySet
from aira.schema.phone_numbers import E164
from aira.schema.sql_calls import rows
from aira.schema.triggers import Trigger, audited
from aira.sync.triggers import followed


def keep_id() -> Trigger:
    """Return the trigger that refuses a new id for a user's row (`sql/keep_id.sql`)."""
    return Trigger(
        name="keep_id",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("id"),
        calls="private.keep_id()",
    )


class BusinessType(models.TextChoices):
    """Type of a business."""

    RESTAURANT = "restaurant"
    RETAIL = "retail"
    SERVICE = "service"


class Business(TrashableModel):
    """A business: a profile that the Voice Agent answers for, and the parent of other rows of its owner."""

    user = OwnedByAccount(
        related_name="businesses",
        verbose_name="owner",
        help_text="The account that owns the business. If an account adds a business itself, it becomes the owner.",
    )
    name = models.TextField(help_text="Name of the business. At most 200 characters, one line.")
    business_type = models.TextField(
        choices=BusinessType, help_text="Type of the business: restaurant, retail or service."
    )
    description = models.TextField(
        null=True, blank=True, help_text="Description of the business and its services. At most 10,000 characters."
    )
    email = models.TextField(
        null=True, blank=True, verbose_name="e-mail", help_text="E-mail address to which customers can write."
    )
    phone_number = models.TextField(
        null=True,
        blank=True,
        help_text="The business's own phone number, with the country code, such as +14155550123 (E.164).",
    )
    address = models.TextField(
        null=True, blank=True, help_text="Postal address, on one or more lines. At most 500 characters."
    )
    website = models.TextField(
        null=True, blank=True, help_text="Web address of the business, such as https://example.com."
    )
    logo_url = models.TextField(
        null=True,
        blank=True,
        verbose_name="logo",
        help_text="Web address of the logo, such as https://example.com/logo.png.",
    )
    is_active = models.BooleanField(
        db_default=True,
        verbose_name="active",
        help_text="The Voice Agent answers calls to the business's phone numbers only if the business is active.",
    )
    timezone = models.TextField(
        db_default="UTC",
        verbose_name="time zone",
        help_text="Time zone of the business, such as Europe/Berlin. Its opening hours and reports use it.",
    )
    business_hours = models.JSONField(
        null=True,
        blank=True,
        verbose_name="opening hours",
        help_text="Opening hours in the time zone of the business. Empty means 09:00–18:00 every day.",
    )
    search = models.GeneratedField(
        expression=Func(F("name"), F("description"), F("address"), function="private.business_search_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="Words for the full-text search. Set by the database.",
    )

    objects: ClassVar = TrashableQuerySet["Business"].as_manager()

    class Meta(TrashableModel.Meta):
        db_table = "business_v2"
        ordering = ["name", "id"]
        verbose_name_plural = "businesses"
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_business_v2_user_id", fields=["user"]),
            # The original table had this index.
            Index(name="idx_business_v2_business_type", fields=["business_type"]),
            # Console: full-text search.
            GinIndex(name="idx_business_v2_search", fields=["search"]),
            # Console search: an e-mail by its beginning, a phone number by either end.
            Index(OpClass(Left(Lower("email"), 320), name="text_pattern_ops"), name="idx_business_v2_email"),
            Index(OpClass(PhoneKey("phone_number"), name="text_pattern_ops"), name="idx_business_v2_phone"),
            Index(OpClass(PhoneDigits("phone_number"), name="text_pattern_ops"), name="idx_business_v2_phone_start"),
            # API: the newest rows of all tenants, page by page.
            Index(name="idx_business_v2_created", fields=["-created_at", "-id"]),
            # Purge of the trash.
            Index(name="idx_business_v2_trash", fields=["deleted_at"], condition=Q(deleted_at__isnull=False)),
        ]
        constraints = [
            # The composite foreign keys of all children point to it.
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
                violation_error_message=(
                    "Write the phone number with its country code and without spaces, such as +14155550123 (E.164)."
                ),
            ),
            # Every request for slots reads all of them.
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
                    "The opening hours are too long. They can have at most 1,000 intervals, special days and closures "
                    "together, and at most 64 kB."
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
                    'The opening hours are not valid. Write {"weekly": {"mon": [["09:00", "18:00"]]}, "special": '
                    '{"2026-12-25": []}, "closures": [{"from": "2026-08-01T00:00", "to": "2026-08-16T00:00"}]}, '
                    "without overlaps and without dates that don't exist."
                ),
            ),
        ]
        triggers = [
            *TrashableModel.Meta.triggers,
            audited("search"),
            followed(),
            keep_id(),
            Trigger(
                name="time_zone_is_iana",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("timezone"),
                calls="private.check_business_time_zone()",
            ),
            tells(
                "added",
                pgtrigger.Insert,
                condition=pgtrigger.Q(new__deleted_at__isnull=True),
                calls="private.business_event()",
            ),
            tells(
                "changed",
                pgtrigger.Update,
                calls="private.business_event()",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def appointments_above_capacity(business: UUID) -> list[tuple[UUID, datetime]]:
    """Return ids and times of the future appointments that exceed the business's capacity, in order of time."""
    return rows("select appointment_id, scheduled_at from private.above_capacity(%s)", business)


class BusinessChild(TrashableModel):
    """A row inside a business: it has the owner of the business, and goes to the trash with it."""

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
