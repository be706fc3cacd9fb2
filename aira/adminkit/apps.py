from django.apps import AppConfig


class AdminKitConfig(AppConfig):
    name = "aira.adminkit"
    label = "adminkit"
    verbose_name = "Admin kit"
