"""Register the advisor as an app."""

from django.apps import AppConfig


class AdvisorConfig(AppConfig):
    """Configuration of the advisor."""

    name = "aira.advisor"
    label = "advisor"
    verbose_name = "Advisor"
