"""Register the console as an app."""

from typing import override

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Configuration of the console."""

    name = "aira.console"
    label = "console"
    verbose_name = "Staff"

    @override
    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from aira.console import checks, second_factor  # noqa: F401  checks register themselves

        user_logged_in.connect(second_factor.forget)
