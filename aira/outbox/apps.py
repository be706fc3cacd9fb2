"""Register the outbox as an app."""

from typing import override

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Configuration of the outbox."""

    name = "aira.outbox"
    label = "outbox"
    verbose_name = "Outbox"

    @override
    def ready(self) -> None:
        from aira.outbox import missing_settings  # noqa: F401  its check registers itself
