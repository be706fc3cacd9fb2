"""Register the tools for migrations as an app."""

from django.apps import AppConfig


class MigrateConfig(AppConfig):
    """Configuration of the tools for migrations."""

    name = "aira.migrate"
    label = "migrate"
    verbose_name = "Migrations"
