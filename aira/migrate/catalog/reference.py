"""What the migrations of this release make, committed as a file; and what a database has otherwise.

Long definitions are kept as their digest: what they should be is in the living SQL.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from aira.migrate.catalog import Catalog, Difference, differences, read

FILE = Path(__file__).with_name("reference.json")
LONG = 300


def reference() -> Catalog:
    found: Catalog = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def shortened(catalog: Catalog) -> Catalog:
    return {kind: {name: short(text) for name, text in objects.items()} for kind, objects in catalog.items()}


def short(text: str) -> str:
    return text if len(text) <= LONG else f"a text of digest {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def write(catalog: Catalog) -> None:
    FILE.write_text(json.dumps(shortened(catalog), indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def drift(alias: str) -> list[Difference]:
    """What was changed by hand, or by other migrations than these, in a database that has them all."""
    return differences(reference(), shortened(read(raw(alias))))


def raw(alias: str) -> psycopg.Connection[Any]:
    """psycopg's own connection beneath Django's."""
    connections[alias].ensure_connection()
    connection: psycopg.Connection[Any] = connections[alias].connection
    return connection


def to_migrate(alias: str) -> list[str]:
    """Migrations that are on disk and not applied: before them, what they will make would look like drift."""
    executor = MigrationExecutor(connections[alias])
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
