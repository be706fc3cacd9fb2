"""Store the booking rules of each business."""

import pgtrigger
from django.db import models
from django.db.models import Q

from aira.schema.models import Index, OwnedByAccount, SharedModel
from aira.schema.triggers import Trigger, audited
from aira.sync.triggers import followed
from businesses.models import Business, keep_id


class BookingRules(SharedModel):
    """Booking rules of a business. A business without a row has the defaults."""

    business = models.ForeignKey(
        Business,
        models.DB_CASCADE,
        related_name="booking_rules",
        db_constraint=False,
        db_index=False,
        help_text="The business that the rules are for. Each business has one set of rules.",
    )
    user = OwnedByAccount(
        related_name="booking_rules",
        verbose_name="owner",
        editable=False,
        help_text="The account that owns the business. The database fills it in.",
    )
    capacity = models.IntegerField(
        db_default=1, help_text="How many appointments the business takes at the same time, 1 to 1000."
    )
    buffer_before = models.IntegerField(
        db_default=0,
        verbose_name="buffer before (minutes)",
        help_text="Minutes that stay free before each appointment, 0 to 1440.",
    )
    buffer_after = models.IntegerField(
        db_default=0,
        verbose_name="buffer after (minutes)",
        help_text="Minutes that stay free after each appointment, 0 to 1440.",
    )
    min_notice = models.IntegerField(
        db_default=0,
        verbose_name="minimum notice (minutes)",
        help_text="Customers must book at least this many minutes before the start, 0 to 525600.",
    )
    slot_step = models.IntegerField(
        null=True,
        blank=True,
        verbose_name="minutes between free times",
        help_text="Minutes from the start of one free time to the next, 1 to 1440. Empty: the duration that is booked.",
    )
    max_days_ahead = models.IntegerField(
        db_default=365,
        verbose_name="reach (days ahead)",
        help_text="How many days ahead customers can book, 0 to 3650.",
    )

    class Meta(SharedModel.Meta):
        db_table = "booking_rules"
        ordering = ["business__name"]
        verbose_name = verbose_name_plural = "booking rules"
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_booking_rules_user_id", fields=["user"]),
            # API: the newest rows of all tenants, page by page.
            Index(name="idx_booking_rules_created", fields=["-created_at", "-id"]),
        ]
        constraints = [
            # The owner is part of it, though the business determines it. Without it, the error would tell another
            # tenant that the business has rules. The composite foreign key uses the index, too.
            models.UniqueConstraint(
                name="booking_rules_once_per_business",
                fields=["business", "user"],
                violation_error_message="This business already has booking rules. Change those.",
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
                violation_error_message="The minimum notice must be 0 to 525600 minutes (a year).",
            ),
            models.CheckConstraint(
                name="booking_step_in_range",
                condition=Q(slot_step__gte=1, slot_step__lte=1440),
                violation_error_message="The step between the starts of slots must be 1 to 1440 minutes.",
            ),
            models.CheckConstraint(
                name="booking_days_ahead_in_range",
                condition=Q(max_days_ahead__gte=0, max_days_ahead__lte=3650),
                violation_error_message="The reach must be 0 to 3650 days.",
            ),
        ]
        triggers = [
            *SharedModel.Meta.triggers,
            audited(),
            followed(),
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
