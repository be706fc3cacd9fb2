from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "aira.console"
    label = "console"
    verbose_name = "Staff"

    def ready(self) -> None:
        from aira.console import checks  # noqa: F401  they register themselves
