"""Stripe's webhook: verify an event, store it, and apply it to the ledger in a job."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app as jobs
from psycopg.types.json import Jsonb

from aira.audit.actor import Actor, acting_as
from aira.schema.sql_calls import rows
from billing.models import StripeEvent

# The worker tries this often. Staff can apply an event again at any time.
TRIES = 10


class UnverifiedEventError(Exception):
    """The request is not an event that Stripe signed with one of the secrets. The text gives the reason."""


def verify(payload: bytes, signature: str) -> dict[str, Any]:
    """Return the event of a request's body.

    Args:
        payload: The body as it was received.
        signature: The header `Stripe-Signature`.

    Raises:
        UnverifiedEventError: No secret of STRIPE_WEBHOOK_SECRET made the signature, it is older than five
            minutes, or the body is not an event.
    """
    # Imported here, because the import takes half a second and only this page needs it.
    import stripe

    problem = "STRIPE_WEBHOOK_SECRET is not set"
    for secret in settings.STRIPE_WEBHOOK_SECRET:
        try:
            stripe.WebhookSignature.verify_header(payload.decode(), signature, secret, stripe.Webhook.DEFAULT_TOLERANCE)
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            problem = str(error)
        else:
            # PostgreSQL's jsonb has no NUL.
            return readable(json.loads(payload.decode().replace("\\u0000", "")))
    raise UnverifiedEventError(problem)


def readable(event: Any) -> dict[str, Any]:
    """Return the event.

    Raises:
        UnverifiedEventError: It has no id or no type.
    """
    if not (isinstance(event, dict) and isinstance(event.get("id"), str) and isinstance(event.get("type"), str)):
        raise UnverifiedEventError(
            "The body is not a Stripe event: it has no id or no type. Check the address of the webhook at Stripe."
        )
    return event


@transaction.atomic
def keep(event: dict[str, Any]) -> bool:
    """Store an event and queue its job in the same transaction.

    Returns:
        True if the event is new. Stripe sends some events twice.
    """
    [[payment]] = rows("select private.stripe_payment_of(%s)", Jsonb(event_object(event)))
    kept = StripeEvent(
        id=event["id"][:255],
        type=event["type"][:255],
        payment_id=event_object(event).get("id") if event["type"].startswith("payment_intent.") else payment,
        payload=event,
    )
    new = bool(rows(
        "insert into stripe_events (id, type, payment_id, payload) values (%s, %s, %s, %s)"
        " on conflict (id) do nothing returning id",
        kept.id, kept.type, kept.payment_id, Jsonb(kept.payload),
    ))  # fmt: skip
    if new:
        # The job is named, since its module imports this one.
        jobs.configure_task("billing.apply_stripe_event", allow_unknown=False).defer(event=kept.id)
    return new


def event_object(event: dict[str, Any]) -> dict[str, Any]:
    """Return the object that the event is about, or an empty dict if the event has none."""
    data = event.get("data")
    found = data.get("object") if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def apply(event: str, *, again: bool = False) -> str | None:
    """Bring the ledger into agreement with one stored event. Idempotent.

    A refusal of the database is stored on the event, which stays open.

    Args:
        event: The id of the event.
        again: Whether to apply an event that was applied before.

    Returns:
        The outcome, or None if the event is unknown or was refused.
    """
    with acting_as(lambda: Actor("provider", "stripe", "Stripe", event)):
        try:
            with transaction.atomic():
                row = StripeEvent.objects.select_for_update().filter(pk=event).first()
                if row is None or (row.applied_at and not again):
                    return row.outcome if row else None
                [(row.outcome, _, row.problem)] = rows(
                    "select outcome, transaction_id, problem from public.record_stripe_event(%s, %s)",
                    Jsonb(row.payload), settings.STRIPE_LIVE_MODE,
                )  # fmt: skip
                row.applied_at = timezone.now()
                row.attempts += 1
                row.save(update_fields=["outcome", "problem", "applied_at", "attempts"])
                return row.outcome
        except DatabaseError as error:
            with transaction.atomic():
                row = StripeEvent.objects.select_for_update().filter(pk=event).first()
                if row:
                    row.problem, row.attempts = str(error).splitlines()[0], row.attempts + 1
                    row.save(update_fields=["problem", "attempts"])
            return None


def open_events(before: datetime) -> list[str]:
    """Return the ids of events that are not applied and were received before that time, the oldest first."""
    found = StripeEvent.objects.filter(applied_at=None, received_at__lt=before, attempts__lt=TRIES)
    return list(found.order_by("received_at").values_list("pk", flat=True)[:1000])


def forget(before: datetime) -> int:
    """Remove applied events that were received before that time. Their facts stay. Return how many."""
    removed, _ = StripeEvent.objects.filter(received_at__lt=before).exclude(applied_at=None).delete()
    return removed
