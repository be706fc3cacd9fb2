from django.apps import AppConfig


class DevToolsConfig(AppConfig):
    name = "aira.devtools"
    label = "devtools"
    verbose_name = "Development tools"
