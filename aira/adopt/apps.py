"""Configure the app of adoption."""

from django.apps import AppConfig


class AdoptConfig(AppConfig):
    """Configure the app for Django."""

    name = "aira.adopt"
    label = "adopt"
    verbose_name = "Adoption"
