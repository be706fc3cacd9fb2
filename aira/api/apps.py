"""Register the API as an app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Configuration of the API."""

    name = "aira.api"
    label = "api"
    verbose_name = "API"
