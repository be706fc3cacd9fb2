from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import pre_migrate

from aira.schema.timestamps import read_all_times


def make_console_schema(*, using: str, **_: Any) -> None:
    """Django records migrations in the first schema of the search_path, before the first migration runs."""
    with connections[using].cursor() as cursor:
        # Not IF NOT EXISTS: that asks for CREATE on the database even when the schema is there.
        cursor.execute("select 1 where pg_catalog.to_regnamespace('console') is null")
        if cursor.fetchone():
            cursor.execute("create schema console")


class PlatformConfig(AppConfig):
    name = "aira.schema"
    label = "platform"
    verbose_name = "Platform"

    def ready(self) -> None:
        pre_migrate.connect(make_console_schema, sender=self)
        connection_created.connect(read_all_times)
