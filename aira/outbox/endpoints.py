"""Copy the addresses of the other services from the settings into the database."""

from django.conf import settings
from django.db import transaction

from aira.outbox.models import ServiceEndpoint


def urls() -> dict[str, str | None]:
    """Return the addresses in the settings, by the endpoint's name. No other endpoints exist."""
    return {"kb_updater": settings.KB_UPDATER_URL, "voice_agent": settings.VOICE_AGENT_URL}


def known(using: str) -> dict[str, str]:
    """Return the addresses in the database, by the endpoint's name."""
    return dict(ServiceEndpoint.objects.using(using).values_list("name", "base_url"))


def sync(using: str) -> dict[str, str]:
    """Copy the URLs of the settings.

    Return “set”, “unchanged” or “not configured” for each name.

    Unset URLs stay as they are: a command without the variable must not unset what production uses.
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
