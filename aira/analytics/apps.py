"""Register the analytics as an app."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Configuration of the analytics."""

    name = "aira.analytics"
    label = "analytics"
    verbose_name = "Analytics"
