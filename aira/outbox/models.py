"""Store the outbox: receivers, the webhooks that wait for them, and each attempt."""

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aira.schema import texts, triggers
from aira.schema.models import Index


class ServiceEndpoint(models.Model):
    """Where another service answers; `migrate`, the worker and `endpoint sync` take it over from the settings."""

    name = models.TextField(primary_key=True)
    base_url = models.TextField()
    held_at = models.DateTimeField(null=True, editable=False, help_text="Since when its deliveries wait")
    held_reason = models.TextField(null=True, editable=False)
    failing_since = models.DateTimeField(
        null=True, editable=False, help_text="The first failure after the last success"
    )
    last_success_at = models.DateTimeField(null=True, editable=False)
    last_failure_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "platform"
        db_table = "service_endpoints"
        triggers = [
            triggers.updated_at(),
            # How its last requests went is in the log of attempts.
            triggers.audited("failing_since", "last_success_at", "last_failure_at", "last_error"),
        ]
        constraints = [
            models.CheckConstraint(
                name="endpoint_url_has_origin",
                condition=Q(base_url__regex=r"^https?://[^/?#@\\[:space:]]+"),
                violation_error_message="The base URL must be absolute, such as https://voice.example.com.",
            ),
            texts.web_address("endpoint_url_is_web_address", "base_url", "The base URL"),
        ]

    def __str__(self) -> str:
        return self.name


# Of a webhook delivery, each in exactly one.
DELIVERY_STATES = {
    "pending": Q(next_attempt_at__isnull=False),
    "delivered": Q(next_attempt_at=None, delivered_at__isnull=False),
    "dead": Q(next_attempt_at=None, delivered_at=None),
}


class WebhookDelivery(models.Model):
    """One webhook, from the trigger that wrote it to its end; DELIVERY_STATES says what its times mean."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    endpoint = models.TextField(help_text="Name of the service; its deliveries wait while it is not configured")
    event = models.TextField(help_text="INSERT: process this row; DELETE: forget it")
    table_name = models.TextField(verbose_name="table")
    record_id = models.UUIDField()
    user = models.ForeignKey(
        "platform.Account", models.DO_NOTHING, db_constraint=False, db_index=False, verbose_name="owner"
    )
    body = models.TextField(help_text="JSON, sent as it is")
    attempts = models.IntegerField(db_default=0)
    attempts_before = models.IntegerField(db_default=0, help_text="Attempts made before the last replay")
    next_attempt_at = models.DateTimeField(
        null=True, db_default=Now(), help_text="While one is made: when it is given up"
    )
    delivered_at = models.DateTimeField(null=True)
    last_status = models.IntegerField(null=True, help_text="HTTP")
    last_error = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        app_label = "platform"
        db_table = "webhook_deliveries"
        ordering = ["-created_at", "id"]
        verbose_name_plural = "webhook deliveries"
        indexes = [
            # claim_deliveries: what is due of an endpoint, the oldest first.
            Index(
                name="idx_deliveries_due",
                fields=["endpoint", "next_attempt_at"],
                condition=DELIVERY_STATES["pending"],
            ),
            # Console: dead letters, the newest first.
            Index(name="idx_deliveries_dead", fields=["-created_at"], condition=DELIVERY_STATES["dead"]),
            # Console: the newest of all.
            Index(name="idx_deliveries_created_at", fields=["-created_at"]),
            # A document's page.
            Index(name="idx_deliveries_record_id", fields=["record_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint}"

    @property
    def state(self) -> str:
        """One of DELIVERY_STATES."""
        if self.next_attempt_at:
            return "pending"
        return "delivered" if self.delivered_at else "dead"


class DeliveryAttempt(models.Model):
    """One request, and what came of it. The table is partitioned by month: its key is (id, at)."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    delivery = models.ForeignKey(
        WebhookDelivery, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="log"
    )
    endpoint = models.TextField()
    attempt = models.IntegerField()
    duration = models.IntegerField(help_text="Milliseconds")
    status = models.IntegerField(null=True, help_text="HTTP; none when there was no answer")
    error = models.TextField(null=True)
    request_head = models.TextField()
    response_head = models.TextField(null=True)
    response_body = models.TextField(null=True, help_text="Its first 4 kB")

    class Meta:
        app_label = "platform"
        db_table = "delivery_attempts"
        ordering = ["-at"]
        indexes = [
            # A delivery's page.
            Index(name="idx_delivery_attempts_delivery_id", fields=["delivery"]),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.attempt}"
