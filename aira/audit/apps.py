"""Register the audit as an app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Configuration of the audit."""

    name = "aira.audit"
    label = "audit"
    verbose_name = "Audit"
