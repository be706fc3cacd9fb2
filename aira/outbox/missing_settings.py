"""Report missing settings without which webhooks or calls wait unnoticed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import checks

from aira.outbox.addresses import url_problem

WEBHOOKS_WAIT = "Webhooks about documents are not sent"
DOCUMENTS_WAIT = "New and changed documents wait and are not processed"
IDS = {"KB_UPDATER_URL": "outbox.W001", "KB_UPDATER_SECRET": "outbox.W002", "VOICE_AGENT_URL": "outbox.W003"}


@dataclass(frozen=True)
class Missing:
    """Missing setting.

    Attributes:
        consequence: what waits and why, as a sentence without its full stop.
        todo: what to do, as a sentence.
        waits: what waits and why, for staff, as a sentence.
    """

    setting: str
    consequence: str
    todo: str
    waits: str

    def __str__(self) -> str:
        return f"{self.consequence}. {self.todo}"

    def for_staff(self) -> str:
        """Return what waits and whom to ask, and the name of the setting at the end."""
        return f"{self.waits} Ask an engineer to correct the setting {self.setting}."


def missing(known: Mapping[str, str]) -> list[Missing]:
    """Return the missing settings.

    Args:
        known: the addresses in the database, by the endpoint's name.
    """
    return list(webhooks(known)) + list(calls(known))


def webhooks(known: Mapping[str, str]) -> Iterator[Missing]:
    """Yield the missing settings of webhooks."""
    url = known.get("kb_updater") or settings.KB_UPDATER_URL
    if not url:
        yield Missing(
            "KB_UPDATER_URL",
            f"{WEBHOOKS_WAIT}, because the address of the KB Updater is unknown: KB_UPDATER_URL is not set",
            "Set KB_UPDATER_URL to this address and restart the worker. The webhooks are sent then.",
            f"{DOCUMENTS_WAIT}, because this site does not know the KB Updater's web address.",
        )
    elif problem := url_problem(url, settings.WEBHOOK_ALLOWED_HOSTS):
        yield Missing(
            "WEBHOOK_ALLOWED_HOSTS",
            f"{WEBHOOKS_WAIT}: {problem}",
            "Change the address with manage.py endpoint set, or add its host to WEBHOOK_ALLOWED_HOSTS, and restart the "
            "worker.",
            f"{DOCUMENTS_WAIT}, because this site may not send to the KB Updater's web address.",
        )
    if not settings.KB_UPDATER_SECRET:
        yield Missing(
            "KB_UPDATER_SECRET",
            f"{WEBHOOKS_WAIT}, because the secret that signs them is missing: KB_UPDATER_SECRET is not set",
            "Set KB_UPDATER_SECRET as .env.example explains, and restart the worker. The webhooks are sent then.",
            f"{DOCUMENTS_WAIT}, because the secret that signs messages to the KB Updater is missing.",
        )


def calls(known: Mapping[str, str]) -> Iterator[Missing]:
    """Yield the missing settings of calls."""
    if not (known.get("voice_agent") or settings.VOICE_AGENT_URL):
        yield Missing(
            "VOICE_AGENT_URL",
            "The Voice Agent answers no calls to new phone numbers, because its address is unknown: VOICE_AGENT_URL is "
            "not set",
            "Set VOICE_AGENT_URL to this address, and restart the worker or run manage.py migrate.",
            "Calls to new phone numbers are not answered, because the Voice Agent's web address is not known here.",
        )


@checks.register("outbox", deploy=True)
def missing_settings(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check the settings only: this check runs without a database."""
    return [
        checks.Warning(f"{one.consequence}.", hint=one.todo, obj=one.setting, id=IDS[one.setting])
        for one in missing({})
    ]
