from django.apps import AppConfig


class AdvisorConfig(AppConfig):
    name = "aira.advisor"
    label = "advisor"
    verbose_name = "Advisor"
