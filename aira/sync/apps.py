"""Register the sync as an app."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """Configuration of the sync."""

    name = "aira.sync"
    label = "sync"
    verbose_name = "Sync"
