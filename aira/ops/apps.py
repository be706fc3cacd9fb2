from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "aira.ops"
    label = "ops"
    verbose_name = "Operations"
