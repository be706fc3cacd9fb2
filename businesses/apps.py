"""Configure the app businesses."""

from django.apps import AppConfig


class BusinessesConfig(AppConfig):
    """Settings of the app businesses."""

    name = "businesses"
    verbose_name = "Businesses"
