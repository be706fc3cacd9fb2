"""Register the web layer as an app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Configuration of the web layer."""

    name = "aira.web"
    label = "web"
    verbose_name = "Web"
