"""What every model of the shared database is made of."""

from typing import Any, ClassVar, Self

from django.contrib.postgres import constraints as exclusion
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from aira.db import texts, triggers
from aira.db.personal import Personal


class ExclusionConstraint(exclusion.ExclusionConstraint):
    """One that the database alone checks: a form does not know what triggers and generated columns will say."""

    def validate(self, *args: Any, **kwargs: Any) -> None:
        return


class Index(models.Index):
    """Django stops at 30 characters for other databases' sake; the original design's names are longer."""

    max_name_length = 63


class PhoneKey(models.Func):
    """A phone number's digits, the last first: see `aira/db/sql/phone_key.sql`."""

    function = "private.phone_key"
    arity = 1


class Account(Personal):
    """A user of the product, as staff may see one: a view in `console` over Supabase's `auth.users`.

    Foreign keys in the database point to `auth.users` itself; its rows are written by Supabase Auth alone.
    """

    id = models.UUIDField(primary_key=True)
    email = models.TextField(null=True)
    phone = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)
    last_sign_in_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "accounts"
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.email or self.phone or str(self.pk)


class OwnedByAccount(models.ForeignKey):
    """The tenant of a row: `user_id`, on which every row-security policy stands.

    The constraint is made in SQL (auth.users is not Django's, and ours are NOT DEFERRABLE).
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("to", "platform.Account")
        kwargs.setdefault("on_delete", models.DB_CASCADE)
        super().__init__(**{"db_constraint": False, "db_index": False, **kwargs})


class SharedModel(models.Model):
    """A table of the shared database: uuid key, `created_at`, `updated_at`, all set by the database."""

    id = models.UUIDField(
        primary_key=True,
        db_default=RandomUUID(),
        editable=False,
        help_text="Chosen by whoever inserts, else random. It never changes.",
    )
    created_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="When the row was inserted. Times are with time zone."
    )
    updated_at = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="When the row was last written, set by the database whatever was sent.",
    )

    class Meta:
        abstract = True
        triggers = [triggers.updated_at()]


class TrashableQuerySet[M: models.Model](models.QuerySet[M]):
    def alive(self) -> Self:
        """Rows that are not in the trash: what the other services see."""
        return self.filter(deleted_at=None)

    def trashed(self) -> Self:
        return self.exclude(deleted_at=None)


class TrashableModel(SharedModel):
    """A row that a DELETE moves to the trash; a DELETE by `console` of what is there already removes it."""

    deleted_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Since when the row is in the trash; empty while it is alive. A DELETE sets it.",
    )

    # Each has its own, of a TrashableQuerySet.
    objects: ClassVar[Any]

    class Meta:
        abstract = True
        triggers = [triggers.updated_at(), triggers.trash()]


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
    user = models.ForeignKey(Account, models.DO_NOTHING, db_constraint=False, db_index=False, verbose_name="owner")
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
        db_table = "delivery_attempts"
        ordering = ["-at"]
        indexes = [
            # A delivery's page.
            Index(name="idx_delivery_attempts_delivery_id", fields=["delivery"]),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.attempt}"


class AuditEvent(models.Model):
    """One change of one row; `aira/db/sql/record_change.sql` writes it. Partitioned by month: its key is (id, at)."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    xact_id = models.BigIntegerField(help_text="What changed in the same transaction has the same")
    table_name = models.TextField(verbose_name="table")
    row_id = models.TextField()
    user = models.ForeignKey(
        Account, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, verbose_name="owner"
    )
    business_id = models.UUIDField(null=True)
    verb = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_kind = models.TextField(help_text="staff, api_key, user, service or database")
    actor_id = models.TextField(null=True)
    actor_name = models.TextField(null=True)
    request_id = models.TextField(null=True)
    reason = models.TextField(null=True)

    class Meta:
        managed = False
        # Quoted as a whole: its schema is on nobody's search_path.
        db_table = '"audit"."events"'
        ordering = ["-at", "-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.verb} of {self.table_name}"


class AnalyticsRefresh(models.Model):
    """When a view of schema `analytics` was last computed. Written by `private.refresh_analytics()` alone."""

    view_name = models.TextField(primary_key=True)
    refreshed_at = models.DateTimeField(null=True, help_text="What its figures are as of")
    duration = models.IntegerField(null=True, help_text="Milliseconds that the last refresh took")
    row_count = models.BigIntegerField(null=True)
    failed_at = models.DateTimeField(null=True, help_text="When a refresh last failed")
    error = models.TextField(null=True, help_text="Why; none once a later refresh went well")

    class Meta:
        db_table = "analytics_refreshes"
        ordering = ["view_name"]

    def __str__(self) -> str:
        return self.view_name
