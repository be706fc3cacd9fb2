"""Store what the API needs in the schema `console`: keys, responses to repeat, and request counts."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils import timezone

from aira.api.jobs.models import ApiJob, ExportChunk, JobItem  # noqa: F401  Django finds models here
from aira.api.usage.models import KeyUsage  # noqa: F401
from aira.schema import texts
from aira.schema.models import Index
from aira.schema.triggers import Trigger, audited

PERSONAL_SCOPE = "personal:read"
# The limit of requests per minute of a key without another limit.
RATE_LIMIT = 600


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Queryset of API keys."""

    def usable(self) -> "ApiKeyQuerySet":
        """Return the keys that are neither revoked nor expired by the database's clock."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None)


class ApiKey(models.Model):
    """Key that lets a program use the API.

    It acts as `request.user`. The hash of its secret is stored, and two hashes while it is rotated.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    name = models.TextField(help_text="The program that uses the key, for example finance-export.")
    purpose = models.TextField(
        help_text="Reason for the key. The audit shows it if the program gives no reason. No personal data."
    )
    scopes = ArrayField(models.TextField(), help_text="The actions that the program may take.")
    rate_limit = models.IntegerField(
        db_default=RATE_LIMIT,
        verbose_name="limit per minute",
        help_text="How many requests the program can make in a minute.",
    )
    prefix = models.TextField(
        editable=False, verbose_name="beginning of the secret", help_text="It tells keys apart. The rest is not stored."
    )
    secret_hash = models.BinaryField(editable=False)
    previous_prefix = models.TextField(null=True, editable=False, verbose_name="beginning of the previous secret")
    previous_hash = models.BinaryField(null=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False, verbose_name="previous secret valid until")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False, help_text="Accurate to five minutes.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar = ApiKeyQuerySet.as_manager()

    # The framework reads these attributes of `request.user`.
    is_authenticated = True
    is_active = True
    is_staff = False
    actor_kind = "api_key"

    class Meta:
        db_table = "api_keys"
        ordering = ["name", "-created_at"]
        verbose_name = "API key"
        constraints = [
            texts.readable("api_key_name_readable", "name", texts.NAME, "The name"),
            texts.at_most("api_key_purpose_length", "purpose", texts.REASON, "The purpose"),
            # Read by each request that has a key.
            models.UniqueConstraint(name="api_key_secret_once", fields=["secret_hash"]),
            models.UniqueConstraint(name="api_key_previous_once", fields=["previous_hash"]),
            models.UniqueConstraint(
                name="api_key_name_once",
                fields=["name"],
                condition=Q(revoked_at=None),
                violation_error_message=(
                    "A key of this name is in use. Replace its secret, revoke it or choose another name."
                ),
            ),
            models.CheckConstraint(
                name="api_key_hashed",
                condition=Q(
                    Func(
                        F("secret_hash"),
                        template="(octet_length(%(expressions)s) = 32)",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message="The hash of a secret must have 32 bytes (SHA-256).",
            ),
            models.CheckConstraint(
                name="api_key_overlap_whole",
                condition=Q(previous_hash=None, previous_prefix=None, previous_until=None)
                | Q(previous_hash__isnull=False, previous_prefix__isnull=False, previous_until__isnull=False),
            ),
            models.CheckConstraint(
                name="api_key_has_scopes",
                condition=Q(
                    Func(
                        F("scopes"),
                        template="(cardinality(%(expressions)s) > 0)",
                        output_field=models.BooleanField(),
                    )
                ),
                violation_error_message="Give the key at least one scope.",
            ),
            models.CheckConstraint(
                name="api_key_rate_in_range",
                condition=Q(rate_limit__gte=1, rate_limit__lte=100_000),
                violation_error_message="The limit must be 1 to 100000 requests per minute.",
            ),
        ]
        triggers = [
            audited("secret_hash", "previous_hash", "last_used_at"),
            Trigger(
                name="stays_revoked",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("revoked_at"),
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
                func=(
                    "raise exception 'the key % is revoked', old.name using errcode = 'check_violation',"
                    " constraint = 'api_key_stays_revoked', hint = 'Make a new key.';"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def get_username(self) -> str:
        """Return the name of the key."""
        return self.name

    def allows(self, scope: str) -> bool:
        """Tell whether the key has the scope."""
        return scope in self.scopes

    def sees_personal_data(self) -> bool:
        """Tell whether the key sees personal data unmasked."""
        return PERSONAL_SCOPE in self.scopes

    @property
    def state(self) -> str:
        """State of the key: in use, expired or revoked."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= timezone.now() else "in use"


class IdempotentAnswer(models.Model):
    """Response to a POST with an `Idempotency-Key`, written in the transaction of its effect."""

    actor = models.TextField()
    key = models.TextField()
    fingerprint = models.BinaryField(help_text="SHA-256 of method, address and body")
    status = models.IntegerField(null=True)
    etag = models.TextField(null=True)
    body = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "idempotent_answers"
        default_permissions = ()
        indexes = [
            # Read by the purge.
            Index(name="idx_idempotent_answers_created", fields=["created_at"]),
        ]
        constraints = [
            models.UniqueConstraint(name="idempotent_answer_once", fields=["actor", "key"]),
            texts.at_most("idempotent_answer_key_length", "key", texts.ID, "The Idempotency-Key"),
        ]

    def __str__(self) -> str:
        return self.key


class RateWindow(models.Model):
    """Number of requests of a key in its current minute.

    The table is unlogged: a crash resets the count, which is harmless.
    """

    subject = models.UUIDField(primary_key=True)
    started_at = models.DateTimeField()
    used = models.IntegerField()

    class Meta:
        db_table = "rate_windows"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.used} since {self.started_at}"
