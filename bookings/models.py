"""Appointments from every source, and the booking rules of businesses."""

from datetime import UTC, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import pgtrigger
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from aira.events.triggers import tells
from aira.formats.dates import time_text
from aira.personal.masks import Personal
from aira.schema import texts
from aira.schema.enums import EnumField
from aira.schema.models import ExclusionConstraint, Index, OwnedByAccount, PhoneDigits, PhoneKey, TrashableQuerySet
from aira.schema.triggers import Trigger, audited
from aira.sync.triggers import followed
from bookings.booking_rules import BookingRules as BookingRules
from businesses.models import Business, BusinessChild, keep_id


class AppointmentStatus(models.TextChoices):
    """Status of an appointment. Only a confirmed one takes up time."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NO_SHOW = "no_show", "No-show"


class AppointmentSource(models.TextChoices):
    """Channel through which an appointment was made: by hand, Voice Agent, web or text message."""

    MANUAL = "manual", "By hand"
    VOICE_AGENT = "voice_agent"
    WEB = "web"
    SMS = "sms", "Text message"


class Appointment(Personal, BusinessChild):
    """An appointment of a customer at a business. The database refuses appointments above the capacity."""

    business = models.ForeignKey(
        Business,
        models.DB_CASCADE,
        related_name="appointments",
        db_constraint=False,
        db_index=False,
        help_text="The business that the customer visits.",
    )
    user = OwnedByAccount(
        related_name="appointments",
        verbose_name="owner",
        editable=False,
        help_text="The account that owns the business. The database fills it in.",
    )

    customer_name = models.TextField(help_text="The customer's name. At most 200 characters, one line.")
    customer_phone = models.TextField(
        null=True, blank=True, help_text="The customer's phone number in any spelling. At most 40 characters."
    )
    customer_email = models.TextField(
        null=True,
        blank=True,
        verbose_name="customer e-mail",
        help_text="The customer's e-mail address. At most 254 characters.",
    )

    scheduled_at = models.DateTimeField(verbose_name="start", help_text="When the appointment starts.")
    duration = models.IntegerField(
        db_default=60, verbose_name="duration (minutes)", help_text="Duration in minutes, 1 to 1440."
    )
    status = EnumField(
        "appointment_status",
        choices=AppointmentStatus,
        db_default="confirmed",
        help_text="Only confirmed appointments take up time.",
    )

    source = EnumField(
        "appointment_source",
        choices=AppointmentSource,
        db_default="manual",
        help_text="The channel through which the appointment was made.",
    )
    external_id = models.TextField(
        null=True,
        blank=True,
        help_text="Id that the source gave the appointment, such as the id of the call (Twilio CallSid). "
        "Each id makes one appointment.",
    )

    notes = models.TextField(
        null=True,
        blank=True,
        help_text="Notes that the business can read. A cancellation adds its reason. At most 10,000 characters.",
    )
    service_type = models.TextField(
        null=True, blank=True, verbose_name="service", help_text="The service that is booked, such as Haircut."
    )

    # private.place_appointment() sets these when a confirmed appointment gets its place.
    buffer_before = models.IntegerField(
        db_default=0,
        editable=False,
        verbose_name="buffer before (minutes)",
        help_text="Minutes that stay free before the appointment. The database copies them from the booking rules.",
    )
    buffer_after = models.IntegerField(
        db_default=0,
        editable=False,
        verbose_name="buffer after (minutes)",
        help_text="Minutes that stay free after the appointment. The database copies them from the booking rules.",
    )
    slot_number = models.IntegerField(
        null=True,
        editable=False,
        help_text="Place among the appointments of the same time, from 1 on. Only confirmed appointments have one. "
        "Set by the database.",
    )
    search = models.GeneratedField(
        expression=models.Func(
            F("customer_name"),
            F("customer_email"),
            F("service_type"),
            F("external_id"),
            F("notes"),
            function="private.appointment_search_vector",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="Words for the full-text search. Set by the database.",
    )
    busy_from = models.GeneratedField(
        expression=models.Func(
            F("scheduled_at"),
            F("buffer_before"),
            template="((%(expressions)s) AT TIME ZONE 'UTC')",
            arg_joiner=" AT TIME ZONE 'UTC' - INTERVAL '1 minute' * ",
            output_field=models.DateTimeField(),
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
        help_text="Start of the time that the appointment takes up, with the buffer before it. Set by the database.",
    )
    busy_to = models.GeneratedField(
        expression=models.Func(
            F("scheduled_at"),
            F("duration") + F("buffer_after"),
            template="((%(expressions)s) AT TIME ZONE 'UTC')",
            arg_joiner=" AT TIME ZONE 'UTC' + INTERVAL '1 minute' * ",
            output_field=models.DateTimeField(),
        ),
        output_field=models.DateTimeField(),
        db_persist=True,
        help_text="End of the time that the appointment takes up, with the buffer after it. Set by the database.",
    )

    objects: ClassVar = TrashableQuerySet["Appointment"].as_manager()

    class Meta(BusinessChild.Meta):
        db_table = "appointments"
        ordering = ["-scheduled_at", "id"]
        permissions = [("book_off_rules", "Can book against the booking rules")]
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_appointments_user_id", fields=["user"]),
            # For the composite foreign key to the business.
            Index(name="idx_appointments_business_id", fields=["business", "user"]),
            # Diary: a business's day or week.
            Index(name="idx_appointments_business_time", fields=["business", "scheduled_at"]),
            # Check of a time, which reads only this index.
            Index(
                name="idx_appointments_busy",
                fields=["business", "busy_from"],
                include=["busy_to", "slot_number", "id"],
                condition=Q(status="confirmed", deleted_at__isnull=True),
            ),
            # Lists of the console and the API, in order of time.
            Index(name="idx_appointments_scheduled_at", fields=["scheduled_at"]),
            # Voice agent: upcoming appointments of the caller's number.
            Index(name="idx_appointments_customer_phone", fields=["customer_phone"]),
            # The original table had these two.
            Index(name="idx_appointments_status", fields=["status"]),
            Index(name="idx_appointments_source", fields=["source"]),
            # Search: words, and a phone number by either end.
            GinIndex(name="idx_appointments_search", fields=["search"]),
            Index(OpClass(PhoneKey("customer_phone"), name="text_pattern_ops"), name="idx_appointments_phone_key"),
            Index(OpClass(PhoneDigits("customer_phone"), name="text_pattern_ops"), name="idx_appointments_phone_start"),
            # API: the newest rows of all tenants, page by page.
            Index(name="idx_appointments_created", fields=["-created_at", "-id"]),
            # Purge of the trash.
            Index(name="idx_appointments_trash", fields=["deleted_at"], condition=Q(deleted_at__isnull=False)),
        ]
        constraints = [
            # The owner is part of it for the reason given below. The range comes before the slot number, since it
            # is more selective.
            ExclusionConstraint(
                name="appointments_no_double_booking",
                expressions=[
                    ("business", RangeOperators.EQUAL),
                    (
                        models.Func("busy_from", "busy_to", function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                    ("slot_number", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                ],
                condition=Q(status="confirmed", deleted_at__isnull=True),
                violation_error_message="The business is fully booked at that time. Choose another time.",
            ),
            # A repeated booking of the same call or web form finds the first one. The owner is part of it, though the
            # business determines it. Without it, the error would tell another tenant which ids the business has.
            models.UniqueConstraint(
                name="appointment_external_id_once",
                fields=["business", "user", "external_id"],
                condition=~Q(status="cancelled") & Q(deleted_at__isnull=True),
                violation_error_message="This external id already has an appointment at the business. Change that one.",
            ),
            texts.readable("appointment_name_readable", "customer_name", texts.NAME, "The customer's name"),
            texts.readable("appointment_phone_readable", "customer_phone", texts.PHONE, "The customer's phone number"),
            texts.email("appointment_email_is_address", "customer_email", "The customer's e-mail"),
            texts.readable("appointment_external_id_readable", "external_id", texts.ID, "The external id"),
            texts.at_most("appointment_notes_length", "notes", texts.NOTES, "The notes"),
            texts.readable("appointment_service_readable", "service_type", texts.NAME, "The type of service"),
            models.CheckConstraint(
                name="appointment_duration_in_range",
                condition=Q(duration__gte=1, duration__lte=1440),
                violation_error_message="The duration must be 1 to 1440 minutes.",
            ),
            models.CheckConstraint(
                name="appointment_time_is_finite",
                condition=Q(models.Func("scheduled_at", function="isfinite", output_field=models.BooleanField())),
                violation_error_message="The time of an appointment must be a date and a time, not infinity.",
            ),
            # Clients can't read times beyond these: one such row would break the lists of all tenants.
            models.CheckConstraint(
                name="appointment_time_within_calendar",
                condition=Q(
                    scheduled_at__gte=datetime(1900, 1, 1, tzinfo=UTC),
                    scheduled_at__lt=datetime(9000, 1, 1, tzinfo=UTC),
                ),
                violation_error_message="The time of an appointment must be in the years 1900 to 8999.",
            ),
        ]
        triggers = [
            *BusinessChild.Meta.triggers,
            # The other columns determine the place that the trigger set.
            audited("search", "slot_number", "busy_from", "busy_to"),
            followed(),
            keep_id(),
            # After fill_owner: PostgreSQL fires triggers by name.
            Trigger(
                name="place_appointment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf(
                    "scheduled_at",
                    "duration",
                    "business_id",
                    "status",
                    "deleted_at",
                    "buffer_before",
                    "buffer_after",
                    "slot_number",
                ),
                calls="private.place_appointment()",
            ),
            tells(
                "added",
                pgtrigger.Insert,
                condition=pgtrigger.Q(new__deleted_at__isnull=True),
                calls="private.appointment_event()",
            ),
            tells(
                "changed",
                pgtrigger.UpdateOf("status", "deleted_at", "scheduled_at", "duration", "business_id"),
                calls="private.appointment_event()",
            ),
        ]

    def __str__(self) -> str:
        at = self.scheduled_at.astimezone(ZoneInfo(self.business.timezone))
        return f"{self.customer_name}, {time_text(at)}"
