"""Check migrations with squawk, by the SQL that they run.

`unlinted.txt` lists the first migrations of each app, which run on empty tables.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from aira.schema.server_version import OLDEST

PROJECT = Path(__file__).resolve().parents[2]
UNLINTED = Path(__file__).with_name("unlinted.txt")
CONFIG = PROJECT / ".squawk.toml"
SQUAWK = Path(sys.executable).with_name("squawk")


def own_migrations() -> Iterator[Migration]:
    """Yield the migrations of this project's own apps in their order."""
    loader = MigrationLoader(None)
    for _, migration in sorted(loader.disk_migrations.items()):
        # The folder .venv is inside the project, too.
        if "site-packages" not in (sys.modules[migration.__module__].__file__ or ""):
            yield migration


def unlinted() -> set[str]:
    """Return the migrations that are not checked."""
    return set(UNLINTED.read_text(encoding="utf-8").split())


def sql_of(migration: Migration, alias: str) -> str:
    """Return the SQL of a migration. The connection provides the server's version and quotes values."""
    state = MigrationLoader(None).project_state((migration.app_label, migration.name), at_end=False)
    with connections[alias].schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    return "\n".join(editor.collected_sql) + "\n"


def squawk(sql: str, *, atomic: bool) -> str:
    """Return what is unsafe beside services that read and write, or an empty text.

    Args:
        atomic: the migration is one transaction.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(sql)
        file.flush()
        run = subprocess.run(
            [
                SQUAWK, "--config", CONFIG, f"--pg-version={OLDEST}", "--reporter=gcc",
                "--assume-in-transaction" if atomic else "--no-assume-in-transaction", file.name,
            ],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if run.returncode not in (0, 1):
            raise RuntimeError(f"squawk ended with {run.returncode}: {run.stderr}")
        output = run.stdout.replace(file.name, "line")
    return output.strip() if run.returncode else ""
