from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "aira.outbox"
    label = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        from aira.outbox import missing_settings  # noqa: F401  its check registers itself
