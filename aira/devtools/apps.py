"""Register the tools for developers as an app."""

from django.apps import AppConfig


class DevToolsConfig(AppConfig):
    """Configuration of the tools for developers."""

    name = "aira.devtools"
    label = "devtools"
    verbose_name = "Development tools"
