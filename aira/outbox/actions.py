"""What staff do with deliveries and endpoints."""

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from aira.outbox.models import ServiceEndpoint, WebhookDelivery


@transaction.atomic
def replay(*, deliveries: QuerySet[WebhookDelivery]) -> int:
    """Sends what is dead or delivered once more, under the same webhook-id, with ten tries; how many.

    What is still pending is left alone: it is tried without that.
    """
    return deliveries.filter(next_attempt_at=None).update(
        next_attempt_at=Now(), delivered_at=None, attempts_before=F("attempts")
    )


@transaction.atomic
def hold(*, endpoint: ServiceEndpoint, reason: str) -> None:
    """From now on its deliveries wait; those on their way arrive."""
    ServiceEndpoint.objects.filter(pk=endpoint.pk, held_at=None).update(held_at=Now(), held_reason=reason)


@transaction.atomic
def resume(*, endpoint: ServiceEndpoint) -> None:
    """Sends what waited, as it falls due."""
    ServiceEndpoint.objects.filter(pk=endpoint.pk).update(held_at=None, held_reason=None, failing_since=None)
