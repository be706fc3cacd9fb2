from django.apps import AppConfig


class MigrateConfig(AppConfig):
    name = "aira.migrate"
    label = "migrate"
    verbose_name = "Migrations"
