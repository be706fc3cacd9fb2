"""The page that Stripe sends its events to. It is off until STRIPE_WEBHOOK_SECRET is set."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.stripe_events import UnverifiedEventError, keep, verify

# Stripe's largest events have some 100 kB.
LARGEST = 1_000_000


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Keep the event and answer; a job applies it. Stripe repeats what is not answered with 2xx, for three days."""
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise Http404("STRIPE_WEBHOOK_SECRET is not set.")
    if len(request.body) > LARGEST:
        return HttpResponse("The body is larger than 1 MB.\n", status=413, content_type="text/plain")
    try:
        event = verify(request.body, request.headers.get("Stripe-Signature", ""))
    except (UnverifiedEventError, ValueError) as error:
        return HttpResponse(f"Not accepted: {error}\n", status=400, content_type="text/plain")
    new = keep(event)
    return HttpResponse("Kept.\n" if new else "Known already.\n", content_type="text/plain")
