from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "aira.analytics"
    label = "analytics"
    verbose_name = "Analytics"
