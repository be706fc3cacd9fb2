from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "aira.console"
    label = "console"
    verbose_name = "Staff"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from aira.console import checks, second_factor  # noqa: F401  checks register themselves

        user_logged_in.connect(second_factor.forget)
