from django.apps import AppConfig


class AdoptConfig(AppConfig):
    name = "aira.adopt"
    label = "adopt"
    verbose_name = "Adoption"
