"""Where the other services answer, from the settings into the database."""

from django.conf import settings
from django.db import transaction

from aira.outbox.models import ServiceEndpoint


def urls() -> dict[str, str | None]:
    """Of the settings, by the endpoint's name: there are no others."""
    return {"kb_updater": settings.KB_UPDATER_URL, "voice_agent": settings.VOICE_AGENT_URL}


def known(using: str) -> dict[str, str]:
    """Return the addresses that the database has, by the endpoint's name."""
    return dict(ServiceEndpoint.objects.using(using).values_list("name", "base_url"))


def sync(using: str) -> dict[str, str]:
    """Takes the URLs of the settings over; name → "set", "unchanged" or "not configured".

    What is not configured stays as it is: a command run without the variable must not unset what production uses.
    """
    outcome = {}
    with transaction.atomic(using=using):
        for name, url in urls().items():
            if url is None:
                outcome[name] = "not configured"
                continue
            changed = ServiceEndpoint.objects.using(using).filter(name=name, base_url=url).exists() is False
            if changed:
                ServiceEndpoint.objects.using(using).update_or_create(name=name, defaults={"base_url": url})
            outcome[name] = "set" if changed else "unchanged"
    return outcome
