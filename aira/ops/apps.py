"""Register operations as an app."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """Configuration of operations."""

    name = "aira.ops"
    label = "ops"
    verbose_name = "Operations"
