"""Store events, and the subscriptions that receive them. The functions *_event of the apps write the events."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from aira.events.event_types import object_type_of
from aira.outbox.models import ServiceEndpoint
from aira.schema import texts, triggers
from aira.schema.models import Index

NUMBERED = Q(position__isnull=False)


class Event(models.Model):
    """Change that others care about.

    The functions store whole rows, since a comparison of all columns would cost the writer more than the storage.
    `aira/events/rendering.py` compares them when the event is read.
    """

    id = models.BigAutoField(primary_key=True)
    type = models.TextField(help_text="Type of the event, such as appointment.booked.")
    version = models.BigIntegerField(
        db_default=1, verbose_name="version of the API", help_text="Version of the API whose shape the object has."
    )
    at = models.DateTimeField(db_default=Now(), verbose_name="time", help_text="When it happened.")
    position = models.BigIntegerField(
        null=True, help_text="Place in the order of all events. An event that was saved later has a greater one."
    )
    object_id = models.UUIDField(verbose_name="object", help_text="Id of the object that changed.")
    user = models.ForeignKey(
        "platform.Account",
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        verbose_name="owner",
        help_text="The account that owns the object.",
    )
    business_id = models.UUIDField(
        null=True, verbose_name="business", help_text="The business that the object belongs to. Empty if it has none."
    )
    row = models.JSONField(help_text="The record after the change.")
    row_before = models.JSONField(null=True, help_text="The record before the change. Empty if it is new.")

    class Meta:
        app_label = "platform"
        db_table = "events"
        ordering = ["-position"]
        default_permissions = ("view",)
        indexes = [
            # number_events: the few events without a position. A write adds to this index and the key only.
            Index(name="idx_events_waiting", fields=["id"], condition=Q(position=None)),
            # Lists of the API: one object, one business, some types.
            Index(name="idx_events_object", fields=["object_id", "position"], condition=NUMBERED),
            Index(
                name="idx_events_business",
                fields=["business_id", "position"],
                condition=NUMBERED & Q(business_id__isnull=False),
            ),
            Index(name="idx_events_type", fields=["type", "position"], condition=NUMBERED),
            # Export and erasure of an account.
            Index(name="idx_events_user", fields=["user"], condition=NUMBERED),
            # Removal of old events, and replays since a time.
            Index(name="idx_events_at", fields=["at"], condition=NUMBERED),
        ]
        constraints = [
            # Lists and subscriptions follow it.
            models.UniqueConstraint(name="event_position_once", fields=["position"], condition=NUMBERED),
        ]

    def __str__(self) -> str:
        return self.type

    @property
    def object_type(self) -> str:
        """Kind of the object, such as `appointment`."""
        return object_type_of(self.type)


class WebhookSubscription(models.Model):
    """Web address that receives events as webhooks. Its endpoint has the address and the state of the deliveries."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    endpoint = models.OneToOneField(
        ServiceEndpoint, models.DB_CASCADE, db_constraint=False, related_name="subscription", editable=False
    )
    description = models.TextField(
        blank=True, db_default="", help_text="Program that receives the events, in words for staff."
    )
    types = ArrayField(models.TextField(), help_text="Types of the events that are sent. * means every type.")
    personal_data = models.BooleanField(
        db_default=False, help_text="Names, phone numbers, e-mails and notes are sent unmasked."
    )
    contact = models.TextField(
        null=True,
        blank=True,
        help_text="E-mail address that gets a message if the subscription is paused because it fails.",
    )
    position = models.BigIntegerField(
        db_default=0, editable=False, help_text="Position of the last event that was passed on to the deliveries."
    )
    secret = models.TextField(editable=False, help_text="The secret that signs the webhooks, encrypted.")
    previous_secret = models.TextField(
        null=True, editable=False, help_text="The secret before the rotation, encrypted."
    )
    previous_until = models.DateTimeField(
        null=True, editable=False, verbose_name="previous secret used until", help_text="Until then, both secrets sign."
    )
    made_by = models.TextField(editable=False, verbose_name="created by", help_text="Who created the subscription.")
    told_at = models.DateTimeField(
        null=True,
        editable=False,
        verbose_name="contact informed at",
        help_text="When the contact was informed that the subscription is paused.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "platform"
        db_table = "webhook_subscriptions"
        ordering = ["-created_at", "id"]
        constraints = [
            texts.at_most("subscription_description_length", "description", texts.REASON, "The description"),
            texts.email("subscription_contact_is_address", "contact", "The contact"),
            models.CheckConstraint(
                name="subscription_has_types",
                condition=Q(
                    Func(
                        F("types"),
                        template="(cardinality(%(expressions)s) > 0)",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message="Give the subscription at least one type of events, or * for all.",
            ),
            models.CheckConstraint(
                name="subscription_overlap_whole",
                condition=Q(previous_secret=None, previous_until=None)
                | Q(previous_secret__isnull=False, previous_until__isnull=False),
            ),
        ]
        triggers = [
            # The position is left out, since the worker moves it with every batch.
            triggers.updated_at("description", "types", "personal_data", "contact", "secret"),
            triggers.audited("position", "secret", "previous_secret", "told_at"),
        ]

    def __str__(self) -> str:
        return self.description or self.endpoint.base_url

    @property
    def state(self) -> str:
        """State in words: active, failing or paused."""
        if self.endpoint.held_at:
            return "paused"
        return "failing" if self.endpoint.failing_since else "active"
