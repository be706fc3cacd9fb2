"""Change deliveries and endpoints for staff."""

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from aira.outbox.models import ServiceEndpoint, WebhookDelivery


@transaction.atomic
def replay(*, deliveries: QuerySet[WebhookDelivery]) -> int:
    """Send dead or delivered webhooks again under the same id, with ten attempts.

    Return the count. Pending ones don't change.
    """
    return deliveries.filter(next_attempt_at=None).update(
        next_attempt_at=Now(), delivered_at=None, attempts_before=F("attempts")
    )


@transaction.atomic
def hold(*, endpoint: ServiceEndpoint, reason: str) -> None:
    """Keep the endpoint's deliveries pending. Attempts that are under way continue."""
    ServiceEndpoint.objects.filter(pk=endpoint.pk, held_at=None).update(held_at=Now(), held_reason=reason)


@transaction.atomic
def resume(*, endpoint: ServiceEndpoint) -> None:
    """Send the pending deliveries of an endpoint again as they fall due."""
    ServiceEndpoint.objects.filter(pk=endpoint.pk).update(held_at=None, held_reason=None, failing_since=None)
