"""Compare a database with the catalog that this release's migrations produce, which is committed as a file.

Long definitions are stored as their digest. The living SQL shows what they should be.
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
# No living SQL shows the triggers of the models, and the way back prints their definitions.
WHOLE = {"triggers"}


def reference() -> Catalog:
    """Return the committed catalog."""
    found: Catalog = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def shortened(catalog: Catalog) -> Catalog:
    """Return the catalog with long definitions as digests."""
    return {
        kind: objects if kind in WHOLE else {name: short(text) for name, text in objects.items()}
        for kind, objects in catalog.items()
    }


def short(text: str) -> str:
    """Return a definition, or the digest of a long one."""
    return text if len(text) <= LONG else f"a text of digest {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def write(catalog: Catalog) -> None:
    """Write the committed catalog."""
    FILE.write_text(json.dumps(shortened(catalog), indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def drift(alias: str) -> list[Difference]:
    """Return the differences of a fully migrated database, which come from changes by hand or from other migrations."""
    return differences(reference(), shortened(read(raw(alias), of_server=True)))


def raw(alias: str) -> psycopg.Connection[Any]:
    """Return psycopg's connection beneath Django's."""
    connections[alias].ensure_connection()
    connection: psycopg.Connection[Any] = connections[alias].connection
    return connection


def to_migrate(alias: str) -> list[str]:
    """Return the migrations that are not applied yet. Until they are, their changes look like drift."""
    executor = MigrationExecutor(connections[alias])
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
