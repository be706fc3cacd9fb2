from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "aira.web"
    label = "web"
    verbose_name = "Web"
