"""The endpoint that Stripe sends its events to. It is off until STRIPE_WEBHOOK_SECRET is set."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.stripe_events import UnverifiedEventError, keep, verify

# The largest events of Stripe have about 100 kB.
LARGEST = 1_000_000


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Store the event and answer. A job applies it.

    Stripe repeats an event for three days until the answer is 2xx.
    """
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise Http404("STRIPE_WEBHOOK_SECRET is not set.")
    if len(request.body) > LARGEST:
        return HttpResponse(
            "The body is larger than 1 MB. Send one event for each request.\n", status=413, content_type="text/plain"
        )
    try:
        event = verify(request.body, request.headers.get("Stripe-Signature", ""))
    except (UnverifiedEventError, ValueError) as error:
        return HttpResponse(f"The event was refused: {error}\n", status=400, content_type="text/plain")
    new = keep(event)
    return HttpResponse("Stored.\n" if new else "Already stored.\n", content_type="text/plain")
