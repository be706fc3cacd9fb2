"""Define the background jobs of the events."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django import app

from aira.events.models import WebhookSubscription
from aira.schema.sql_calls import in_batches
from aira.schema.trash import BATCH

KEPT = timedelta(days=30)


@app.periodic(cron="47 3 * * *")
@app.task(name="platform.purge_events", queueing_lock="platform.purge_events")
def purge_events(timestamp: int) -> None:
    """Delete old events."""
    before = timezone.now() - KEPT
    in_batches("select private.purge_events(%s, %s)", before, most=BATCH)


TOLD = """The subscription “{name}” of AiRa's events is paused, and nothing is sent to

{url}

Reason: {reason}.

Its events wait for 30 days. When the receiver works again, resume the subscription in the console, or with
POST /api/v1/webhook-subscriptions/{pk}/resume/.
"""


@app.periodic(cron="*/5 * * * *")
@app.task(name="platform.tell_of_paused_subscriptions", queueing_lock="platform.tell_of_paused_subscriptions")
def tell_of_paused_subscriptions(timestamp: int) -> None:
    """Tell the contacts of subscriptions that were paused because they fail."""
    if not settings.MAIL:
        return
    untold = Q(told_at=None) | Q(told_at__lt=F("endpoint__held_at"))
    paused = WebhookSubscription.objects.filter(untold, endpoint__held_at__isnull=False).exclude(contact=None)
    for subscription in paused.exclude(contact="").select_related("endpoint"):
        # If the mail can't be sent, the next run tries again.
        with transaction.atomic():
            claimed = WebhookSubscription.objects.filter(pk=subscription.pk, told_at=subscription.told_at)
            if claimed.update(told_at=Now()):
                tell(subscription)


def tell(subscription: WebhookSubscription) -> None:
    """Mail the contact of a paused subscription."""
    endpoint = subscription.endpoint
    text = TOLD.format(name=subscription, url=endpoint.base_url, reason=endpoint.held_reason, pk=subscription.pk)
    send_mail("A subscription of AiRa's events is paused", text, None, [str(subscription.contact)])
