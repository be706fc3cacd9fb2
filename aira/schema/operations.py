"""Provide migration operations that run frozen SQL files."""

from pathlib import Path

from django.db.migrations import RunSQL


def run_sql(migration_file: str, name: str) -> RunSQL:
    """Run `NAME.sql` beside the migration.

    `NAME.down.sql` reverses it.

    Args:
        migration_file: the migration's `__file__`. Landed files are never edited.
    """
    folder = Path(migration_file).parent
    # RunSQL leaves % alone: psycopg interpolates only if it receives parameters.
    return RunSQL(
        sql=(folder / f"{name}.sql").read_text(encoding="utf-8"),
        reverse_sql=(folder / f"{name}.down.sql").read_text(encoding="utf-8"),
    )


def publish(table: str, schema: str) -> RunSQL:
    """Move a table from `console`, where Django creates it, to its own schema.

    In `public`, the data API exposes the table, so the migration must set its grants and policies next.
    """
    return RunSQL(
        sql=f"alter table console.{table} set schema {schema}",
        reverse_sql=f"alter table {schema}.{table} set schema console",
    )
