from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "aira.audit"
    label = "audit"
    verbose_name = "Audit"
