"""Provide migration operations: frozen SQL files, and several operations with one rendering of the models."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, override

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Pattern of a statement that creates something → the statement that undoes it.
UNDONE = (
    (re.compile(r"create or replace function ([\w.]+)\s*\(", re.IGNORECASE), "drop function if exists {0}"),
    (re.compile(r"create materialized view ([\w.]+)", re.IGNORECASE), "drop materialized view if exists {0}"),
    (re.compile(r"create (?:or replace )?view ([\w.]+)", re.IGNORECASE), "drop view if exists {0}"),
    (re.compile(r"create table ([\w.]+)", re.IGNORECASE), "drop table if exists {0}"),
    (re.compile(r"create schema (?:if not exists )?(\w+)", re.IGNORECASE), "drop schema if exists {0}"),
    (re.compile(r"create policy (\w+) on ([\w.]+)", re.IGNORECASE), "drop policy if exists {0} on {1}"),
    (
        re.compile(r"create (?:or replace )?trigger (\w+)\s.*?\son ([\w.]+)", re.IGNORECASE | re.DOTALL),
        "drop trigger if exists {0} on {1}",
    ),
    (
        re.compile(r"alter table ([\w.]+) enable row level security", re.IGNORECASE),
        "alter table {0} disable row level security",
    ),
    (
        re.compile(r"grant [^;]*? on (?!function|schema|all)(?:table )?([\w., ]+?)\s+to ([\w, ]+)", re.IGNORECASE),
        "revoke all on {0} from {1}",
    ),
    (
        re.compile(r"alter table ([\w.]+) alter column (\w+) set default", re.IGNORECASE),
        "alter table {0} alter column {1} drop default",
    ),
    (
        re.compile(r"alter table ([\w.]+) add constraint (\w+)", re.IGNORECASE),
        "alter table {0} drop constraint if exists {1}",
    ),
)


def run_sql(migration_file: str, name: str) -> RunSQL:
    """Run `NAME.sql` beside the migration.

    `NAME.down.sql` reverses it. Without that file, what `NAME.sql` creates is dropped. So a file that replaces
    something needs one, with the definition from before.

    Args:
        migration_file: the migration's `__file__`. Landed files are never edited.
    """
    folder = Path(migration_file).parent
    # RunSQL leaves % alone: psycopg interpolates only if it receives parameters.
    text = (folder / f"{name}.sql").read_text(encoding="utf-8")
    down = folder / f"{name}.down.sql"
    return RunSQL(sql=text, reverse_sql=down.read_text(encoding="utf-8") if down.exists() else reversal(text))


def reversal(text: str) -> str:
    """Return statements that drop what the statements of a text create, the last first."""
    code = re.sub(r"--[^\n]*", "", re.sub(r"\$(\w*)\$.*?\$\1\$", "", text, flags=re.DOTALL))
    undone: list[str] = []
    for statement in code.split(";"):
        for made, undo in UNDONE:
            found = made.match(statement.strip())
            if found:
                undone.append(undo.format(*found.groups()) + ";")
    return "\n".join(dict.fromkeys(reversed(undone)))


def publish(table: str, schema: str) -> RunSQL:
    """Move a table from `console`, where Django creates it, to its own schema.

    In `public`, the data API exposes the table, so the migration must set its grants and policies next.
    """
    return RunSQL(
        sql=f"alter table console.{table} set schema {schema}",
        reverse_sql=f"alter table {schema}.{table} set schema console",
    )


class BuildIndex(AddIndexConcurrently):
    """Build an index while services write. The migration needs `atomic = False`.

    An interrupted build leaves an invalid index, so a repeated one drops it first.
    """

    @override
    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            create = str(self.index.create_sql(model, schema_editor, concurrently=True))
            schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
            schema_editor.execute(create.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS", 1))


class Grouped(Operation):
    """Several operations with one rendering of the models.

    Django renders the models anew for each operation, which takes most of the time of a migration from nothing. The
    operations see the models as they are before and after the whole group. So a group doesn't change the same field,
    constraint or index twice.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    @override
    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [], {"operations": self.operations}

    @override
    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        rendered = "apps" in state.__dict__
        if rendered:
            del state.__dict__["apps"]
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if rendered:
            state.apps  # noqa: B018

    @override
    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    @override
    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    @override
    def describe(self) -> str:
        return f"{len(self.operations)} operations"
