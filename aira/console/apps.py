"""Register the console as an app."""

from typing import override

from django.apps import AppConfig, apps

# The words for apps at the top of their pages, where the app's own name is for engineers.
NAMES = {
    "platform": "System",
    "auth": "Staff",
    "mfa": "Second factor",
    "axes": "Failed logins",
    "procrastinate": "Background work",
    "api": "Programs with access",
    "billing": "Money",
}


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
        for label, name in NAMES.items():
            apps.get_app_config(label).verbose_name = name
