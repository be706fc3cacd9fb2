"""Migration operations that run frozen SQL files."""

from pathlib import Path

from django.db.migrations import RunSQL


def run_sql(migration_file: str, name: str) -> RunSQL:
    """`NAME.sql` beside the migration, reversed by `NAME.down.sql`.

    migration_file: the migration's `__file__`. Both files are frozen: nobody edits them once they have landed.
    """
    folder = Path(migration_file).parent
    # RunSQL would read %: psycopg interpolates only when it is given parameters, and it is given none.
    return RunSQL(
        sql=(folder / f"{name}.sql").read_text(encoding="utf-8"),
        reverse_sql=(folder / f"{name}.down.sql").read_text(encoding="utf-8"),
    )


def publish(table: str, schema: str) -> RunSQL:
    """Moves a table that Django made in `console`, the first schema of the search_path, to where it belongs.

    Publishing into `public` exposes it to the data API: the migration's grants and policies come right after.
    """
    return RunSQL(
        sql=f"alter table console.{table} set schema {schema}",
        reverse_sql=f"alter table {schema}.{table} set schema console",
    )
