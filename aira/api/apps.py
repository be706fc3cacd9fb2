from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "aira.api"
    label = "api"
    verbose_name = "API"
