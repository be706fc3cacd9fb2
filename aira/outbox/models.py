"""Store the outbox: endpoints, their deliveries and each attempt."""

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.text import capfirst

from aira.schema import texts, triggers
from aira.schema.models import Index
from aira.schema.service_names import service_name

# The names of endpoints of subscriptions begin with it, and their id follows.
SUBSCRIPTION = "subscription:"
OF_SERVICES = ~Q(name__startswith=SUBSCRIPTION)


class ServiceEndpoint(models.Model):
    """Address of another service. `migrate`, the worker and `endpoint sync` copy it from the settings.

    A subscription of events has one, too.
    """

    name = models.TextField(primary_key=True)
    base_url = models.TextField(verbose_name="address", help_text="Web address to which webhooks are sent.")
    held_at = models.DateTimeField(
        null=True, editable=False, verbose_name="on hold since", help_text="Deliveries stay pending during a hold."
    )
    held_reason = models.TextField(null=True, editable=False, verbose_name="reason of the hold")
    failing_since = models.DateTimeField(
        null=True, editable=False, help_text="First failed attempt after the last successful one."
    )
    last_success_at = models.DateTimeField(null=True, editable=False, verbose_name="last success")
    last_failure_at = models.DateTimeField(null=True, editable=False, verbose_name="last failure")
    last_error = models.TextField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "platform"
        db_table = "service_endpoints"
        triggers = [
            triggers.updated_at(),
            # The log of attempts has the outcome of its requests.
            triggers.audited("failing_since", "last_success_at", "last_failure_at", "last_error"),
        ]
        constraints = [
            models.CheckConstraint(
                name="endpoint_url_has_origin",
                condition=Q(base_url__regex=r"^https?://[^/?#@\\[:space:]]+"),
                violation_error_message="The address must be absolute, for example https://voice.example.com.",
            ),
            texts.web_address("endpoint_url_is_web_address", "base_url", "The address"),
            models.UniqueConstraint(
                name="subscription_url_once",
                fields=["base_url"],
                condition=Q(name__startswith=SUBSCRIPTION),
                violation_error_message="This address has a subscription. Change that one.",
            ),
        ]

    def __str__(self) -> str:
        return service_name(self.name)


# The meanings of events for the service that receives the webhook.
MEANINGS = {"INSERT": "process the document", "DELETE": "forget the document"}
# The states of a delivery. Each delivery is in exactly one.
DELIVERY_STATES = {
    "pending": Q(next_attempt_at__isnull=False),
    "delivered": Q(next_attempt_at=None, delivered_at__isnull=False),
    "dead": Q(next_attempt_at=None, delivered_at=None),
}


class WebhookDelivery(models.Model):
    """Webhook for one endpoint. DELIVERY_STATES explains its times."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    endpoint = models.TextField(help_text="The service that receives the webhook.")
    event = models.TextField(
        help_text="INSERT: the service processes the document. DELETE: the service forgets it. Or the type of an event."
    )
    table_name = models.TextField(verbose_name="table")
    record_id = models.UUIDField(verbose_name="record")
    user = models.ForeignKey(
        "platform.Account", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, verbose_name="owner"
    )
    body = models.TextField(help_text="The text that is sent, as JSON.")
    attempts = models.IntegerField(db_default=0)
    attempts_before = models.IntegerField(
        db_default=0,
        verbose_name="attempts before the replay",
        help_text="Attempts that were made before the last replay.",
    )
    next_attempt_at = models.DateTimeField(
        null=True,
        db_default=Now(),
        verbose_name="next attempt",
        help_text="During an attempt, this is its time limit. Empty: no further attempt.",
    )
    delivered_at = models.DateTimeField(null=True)
    last_status = models.IntegerField(
        null=True, verbose_name="last HTTP status", help_text="HTTP status of the service's last response."
    )
    last_error = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "platform"
        db_table = "webhook_deliveries"
        ordering = ["-created_at", "id"]
        verbose_name_plural = "webhook deliveries"
        indexes = [
            # Read by claim_deliveries: due deliveries of an endpoint, the oldest first.
            Index(
                name="idx_deliveries_due",
                fields=["endpoint", "next_attempt_at"],
                condition=DELIVERY_STATES["pending"],
            ),
            # Read by the console: dead deliveries, the newest first.
            Index(name="idx_deliveries_dead", fields=["-created_at"], condition=DELIVERY_STATES["dead"]),
            # Read by the console: all deliveries, the newest first.
            Index(name="idx_deliveries_created_at", fields=["-created_at"]),
            # Read by the page of a subscription and its attempts.
            Index(
                name="idx_deliveries_subscription",
                fields=["endpoint", "-created_at"],
                condition=Q(endpoint__startswith=SUBSCRIPTION),
            ),
            # Read by the page of a document.
            Index(name="idx_deliveries_record_id", fields=["record_id"]),
        ]

    def __str__(self) -> str:
        return capfirst(f"{self.meaning} ({service_name(self.endpoint)})")

    @property
    def meaning(self) -> str:
        """Return what the service does with the webhook, in words."""
        return MEANINGS.get(self.event, self.event)

    @property
    def state(self) -> str:
        """State of the delivery, one of DELIVERY_STATES."""
        if self.next_attempt_at:
            return "pending"
        return "delivered" if self.delivered_at else "dead"


class DeliveryAttempt(models.Model):
    """Attempt to send a delivery. The table is partitioned by month: its key is (id, at)."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(verbose_name="time")
    delivery = models.ForeignKey(
        WebhookDelivery, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="log"
    )
    endpoint = models.TextField()
    attempt = models.IntegerField()
    duration = models.IntegerField(
        verbose_name="duration in ms", help_text="Milliseconds until the response, or until the attempt failed."
    )
    status = models.IntegerField(null=True, help_text="HTTP status of the response. Empty without a response.")
    error = models.TextField(null=True)
    request_head = models.TextField(verbose_name="headers sent")
    response_head = models.TextField(null=True, verbose_name="headers received")
    response_body = models.TextField(null=True, verbose_name="response", help_text="First 4 kB of the response.")

    class Meta:
        app_label = "platform"
        db_table = "delivery_attempts"
        ordering = ["-at"]
        indexes = [
            # Read by the page of a delivery.
            Index(name="idx_delivery_attempts_delivery_id", fields=["delivery"]),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.attempt}"
