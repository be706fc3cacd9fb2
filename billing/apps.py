"""Configure the app billing."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Settings of the app billing."""

    name = "billing"
    verbose_name = "Billing"
