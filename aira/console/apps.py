from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "aira.console"
    label = "console"
    verbose_name = "Staff"
