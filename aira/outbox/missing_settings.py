"""Report missing settings without which webhooks or calls wait unnoticed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import checks

from aira.outbox.addresses import url_problem

WEBHOOKS_WAIT = "Webhooks about documents wait"
IDS = {"KB_UPDATER_URL": "outbox.W001", "KB_UPDATER_SECRET": "outbox.W002", "VOICE_AGENT_URL": "outbox.W003"}


@dataclass(frozen=True)
class Missing:
    """Missing setting.

    Attributes:
        consequence: what waits and why, as a sentence without its full stop.
        todo: what to do, as a sentence.
    """

    setting: str
    consequence: str
    todo: str

    def __str__(self) -> str:
        return f"{self.consequence}. {self.todo}"


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
            f"{WEBHOOKS_WAIT}: KB_UPDATER_URL is not set, and no address of the KB Updater is known",
            "Set KB_UPDATER_URL to its address for webhooks and restart the worker.",
        )
    elif problem := url_problem(url, settings.WEBHOOK_ALLOWED_HOSTS):
        yield Missing(
            "WEBHOOK_ALLOWED_HOSTS",
            f"{WEBHOOKS_WAIT}: {problem}",
            "Change the address with manage.py endpoint set, or change the setting, and restart the worker.",
        )
    if not settings.KB_UPDATER_SECRET:
        yield Missing(
            "KB_UPDATER_SECRET",
            f"{WEBHOOKS_WAIT}: KB_UPDATER_SECRET is not set, and unsigned webhooks are not sent",
            "Set KB_UPDATER_SECRET as .env.example explains, and restart the worker.",
        )


def calls(known: Mapping[str, str]) -> Iterator[Missing]:
    """Yield the missing settings of calls."""
    if not (known.get("voice_agent") or settings.VOICE_AGENT_URL):
        yield Missing(
            "VOICE_AGENT_URL",
            "Phone numbers have no voice_url, so nobody answers calls: VOICE_AGENT_URL is not set, and no address of "
            "the Voice Agent is known",
            "Set VOICE_AGENT_URL and run manage.py migrate or restart the worker.",
        )


@checks.register("outbox", deploy=True)
def missing_settings(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check the settings only: this check runs without a database."""
    return [
        checks.Warning(f"{one.consequence}.", hint=one.todo, obj=one.setting, id=IDS[one.setting])
        for one in missing({})
    ]
