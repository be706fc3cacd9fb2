"""Register the admin kit as an app."""

from django.apps import AppConfig


class AdminKitConfig(AppConfig):
    """Configuration of the admin kit."""

    name = "aira.adminkit"
    label = "adminkit"
    verbose_name = "Admin kit"
