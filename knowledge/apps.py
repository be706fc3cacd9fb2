"""Configure the app knowledge."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Settings of the app knowledge."""

    name = "knowledge"
    verbose_name = "Knowledge"
