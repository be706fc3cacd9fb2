"""Register the base of all apps."""

from typing import Any, override

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import pre_migrate

from aira.schema.timestamps import read_all_times


def make_console_schema(*, using: str, **_: Any) -> None:
    """Create the schema `console`.

    Django records migrations in the first schema of the search_path before the first one runs.
    """
    with connections[using].cursor() as cursor:
        # IF NOT EXISTS would need CREATE on the database even if the schema exists.
        cursor.execute("select 1 where pg_catalog.to_regnamespace('console') is null")
        if cursor.fetchone():
            cursor.execute("create schema console")


class PlatformConfig(AppConfig):
    """Configuration of the base."""

    name = "aira.schema"
    label = "platform"
    verbose_name = "Platform"

    @override
    def ready(self) -> None:
        pre_migrate.connect(make_console_schema, sender=self)
        connection_created.connect(read_all_times)
