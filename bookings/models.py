"""Appointments from every source, and the rules by which a business takes them."""

from datetime import UTC, datetime
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from aira.personal.masks import Personal
from aira.schema import texts
from aira.schema.enums import EnumField
from aira.schema.models import ExclusionConstraint, Index, OwnedByAccount, PhoneKey, SharedModel, TrashableQuerySet
from aira.schema.triggers import Trigger, audited
from businesses.models import Business, BusinessChild, keep_id


class AppointmentStatus(models.TextChoices):
    """State of an appointment: confirmed takes up time; cancelled, completed and no_show do not."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NO_SHOW = "no_show"


class AppointmentSource(models.TextChoices):
    """How an appointment was booked: by hand, by the Voice Agent, on the web, by text message."""

    MANUAL = "manual"
    VOICE_AGENT = "voice_agent"
    WEB = "web"
    SMS = "sms"


class Appointment(Personal, BusinessChild):
    """An appointment of a customer with a business, from every source. The database refuses one beyond the capacity."""

    business = models.ForeignKey(
        Business,
        models.DB_CASCADE,
        related_name="appointments",
        db_constraint=False,
        db_index=False,
        help_text="The business that is visited.",
    )
    user = OwnedByAccount(
        related_name="appointments",
        verbose_name="owner",
        editable=False,
        help_text="The account that the business belongs to. Set by the database when it is left out.",
    )

    customer_name = models.TextField(help_text="The customer's name. At most 200 characters, one line.")
    customer_phone = models.TextField(
        null=True, blank=True, help_text="The customer's phone number in any spelling. At most 40 characters."
    )
    customer_email = models.TextField(null=True, blank=True, help_text="The customer's e-mail. At most 254 characters.")

    scheduled_at = models.DateTimeField(help_text="Start of the appointment, with time zone.")
    duration = models.IntegerField(db_default=60, help_text="Minutes, 1 to 1440.")
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
        help_text="How the appointment was booked.",
    )
    external_id = models.TextField(
        null=True,
        blank=True,
        help_text="Twilio CallSid, web booking id, …: a booking that is sent again finds the first one by it.",
    )

    notes = models.TextField(
        null=True, blank=True, help_text="Free text. At most 10,000 characters; a cancellation adds its reason."
    )
    service_type = models.TextField(null=True, blank=True, help_text="What was booked, in the business's words.")

    # Set by private.place_appointment() when a confirmed one gets its place.
    buffer_before = models.IntegerField(
        db_default=0,
        editable=False,
        help_text="Minutes kept free before it, as the rules were when it got its place. Set by the database.",
    )
    buffer_after = models.IntegerField(
        db_default=0,
        editable=False,
        help_text="Minutes kept free after it, as the rules were when it got its place. Set by the database.",
    )
    slot_number = models.IntegerField(
        null=True,
        editable=False,
        help_text="Tells apart appointments at the same time; empty unless it is confirmed. Set by the database.",
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
        help_text="What full-text search looks through. Set by the database.",
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
        help_text="Start of the time that it takes up, with the buffer before it. Set by the database.",
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
        help_text="End of the time that it takes up, with the buffer after it. Set by the database.",
    )

    objects: ClassVar = TrashableQuerySet["Appointment"].as_manager()

    class Meta(BusinessChild.Meta):
        db_table = "appointments"
        ordering = ["-scheduled_at", "id"]
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_appointments_user_id", fields=["user"]),
            # The composite foreign key to the business.
            Index(name="idx_appointments_business_id", fields=["business", "user"]),
            # A business's day or week.
            Index(name="idx_appointments_business_time", fields=["business", "scheduled_at"]),
            # Is it free? The check reads nothing but this.
            Index(
                name="idx_appointments_busy",
                fields=["business", "busy_from"],
                include=["busy_to", "slot_number", "id"],
                condition=Q(status="confirmed", deleted_at__isnull=True),
            ),
            # The console's list, and the API's by time.
            Index(name="idx_appointments_scheduled_at", fields=["scheduled_at"]),
            # Voice agent: upcoming appointments of the caller's number.
            Index(name="idx_appointments_customer_phone", fields=["customer_phone"]),
            # These two as the original tables had them.
            Index(name="idx_appointments_status", fields=["status"]),
            Index(name="idx_appointments_source", fields=["source"]),
            # find_appointments: words; a phone number by its end.
            GinIndex(name="idx_appointments_search", fields=["search"]),
            Index(OpClass(PhoneKey("customer_phone"), name="text_pattern_ops"), name="idx_appointments_phone_key"),
            # API: the newest of all, page by page.
            Index(name="idx_appointments_created", fields=["-created_at", "-id"]),
            # Purge of the trash.
            Index(name="idx_appointments_trash", fields=["deleted_at"], condition=Q(deleted_at__isnull=False)),
        ]
        constraints = [
            # With the owner, as below. The range before the slot number: it tells more apart.
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
                violation_error_message="The business is booked at that time.",
            ),
            # A retried booking of the same call or web form finds the first one. With the owner, whom the business
            # determines: without, another tenant would learn from the error which ids a business has.
            models.UniqueConstraint(
                name="appointment_external_id_once",
                fields=["business", "user", "external_id"],
                condition=~Q(status="cancelled") & Q(deleted_at__isnull=True),
                violation_error_message="The business has an appointment with this external id already.",
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
                violation_error_message="The time of an appointment can't be infinity.",
            ),
            # Past them no client could read it: one tenant's row would take everybody's list away.
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
            # Where the trigger placed it follows from the rest.
            audited("search", "slot_number", "busy_from", "busy_to"),
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
        ]

    def __str__(self) -> str:
        return f"{self.customer_name}, {self.scheduled_at:%Y-%m-%d %H:%M %Z}"


class BookingRules(SharedModel):
    """How a business takes appointments; one without a row has these defaults."""

    business = models.ForeignKey(
        Business,
        models.DB_CASCADE,
        related_name="booking_rules",
        db_constraint=False,
        db_index=False,
        help_text="The business that takes the appointments. One row a business.",
    )
    user = OwnedByAccount(
        related_name="booking_rules",
        verbose_name="owner",
        editable=False,
        help_text="The account that the business belongs to. Set by the database when it is left out.",
    )
    capacity = models.IntegerField(db_default=1, help_text="Appointments at the same time, 1 to 1000.")
    buffer_before = models.IntegerField(db_default=0, help_text="Minutes kept free before each, 0 to 1440.")
    buffer_after = models.IntegerField(db_default=0, help_text="Minutes kept free after each, 0 to 1440.")
    min_notice = models.IntegerField(db_default=0, help_text="Minutes between booking and start, 0 to 525600.")
    slot_step = models.IntegerField(
        null=True,
        blank=True,
        help_text="Minutes between offered starts, 1 to 1440; empty means the duration asked for.",
    )
    max_days_ahead = models.IntegerField(db_default=365, help_text="How many days ahead can be booked, 0 to 3650.")

    class Meta(SharedModel.Meta):
        db_table = "booking_rules"
        ordering = ["business__name"]
        verbose_name = verbose_name_plural = "booking rules"
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_booking_rules_user_id", fields=["user"]),
            # API: the newest of all, page by page.
            Index(name="idx_booking_rules_created", fields=["-created_at", "-id"]),
        ]
        constraints = [
            # With the owner, whom the business determines: without, another tenant would learn from the error that
            # a business has rules. Serves the composite foreign key, too.
            models.UniqueConstraint(
                name="booking_rules_once_per_business",
                fields=["business", "user"],
                violation_error_message="The business has booking rules already.",
            ),
            models.CheckConstraint(
                name="booking_capacity_in_range",
                condition=Q(capacity__gte=1, capacity__lte=1000),
                violation_error_message="The capacity must be 1 to 1000.",
            ),
            models.CheckConstraint(
                name="booking_buffers_in_range",
                condition=Q(buffer_before__gte=0, buffer_before__lte=1440, buffer_after__gte=0, buffer_after__lte=1440),
                violation_error_message="The buffers must be 0 to 1440 minutes.",
            ),
            models.CheckConstraint(
                name="booking_notice_in_range",
                condition=Q(min_notice__gte=0, min_notice__lte=525_600),
                violation_error_message="The notice must be 0 to 525600 minutes (a year).",
            ),
            models.CheckConstraint(
                name="booking_step_in_range",
                condition=Q(slot_step__gte=1, slot_step__lte=1440),
                violation_error_message="The step between slots must be 1 to 1440 minutes.",
            ),
            models.CheckConstraint(
                name="booking_days_ahead_in_range",
                condition=Q(max_days_ahead__gte=0, max_days_ahead__lte=3650),
                violation_error_message="Bookings can be taken 0 to 3650 days ahead.",
            ),
        ]
        triggers = [
            *SharedModel.Meta.triggers,
            audited(),
            keep_id(),
            Trigger(
                name="fill_owner",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("business_id"),
                calls="private.fill_owner()",
            ),
        ]

    def __str__(self) -> str:
        return f"Booking rules of {self.business}"
