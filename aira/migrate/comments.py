"""Write the COMMENTs of `public` from one source each: the models and the living SQL.

A table gets its model's docstring, a column its field's help text, an enum type the docstring of its choices, and a
function or view the comment above it in `sql/`. Columns of a view are lines of that comment, `--   name: text`.
`migrate` and `adopt` write comments that differ. Comments are not changed by hand.
"""

import inspect
import re
from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models, transaction
from psycopg import sql

from aira.schema.enums import EnumField
from aira.schema.living_sql import living_files

MADE = re.compile(r"((?:^--.*\n)+)create or replace (function|view) public\.(\w+)", re.MULTILINE)
COLUMN = re.compile(r"^  (\w+): (.*)$")
# All objects that can have a comment, by kind and name, with their comment. Several functions can share a name.
OBJECTS = """
    select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
           c.relname::text, null, pg_catalog.format('%I.%I', n.nspname, c.relname),
           pg_catalog.obj_description(c.oid, 'pg_class')
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm')
    union all
    select 'column', c.relname, a.attname, pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname),
           pg_catalog.col_description(c.oid, a.attnum)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm')
    union all
    select 'function', p.proname, null, p.oid::pg_catalog.regprocedure::text,
           pg_catalog.obj_description(p.oid, 'pg_proc')
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and not exists (
        select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
    union all
    select 'type', t.typname, null, pg_catalog.format('%I.%I', n.nspname, t.typname),
           pg_catalog.obj_description(t.oid, 'pg_type')
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where n.nspname = 'public' and t.typtype in ('e', 'd')
    order by 1, 4
"""
# Kind, name, and the column if it is a column.
Key = tuple[str, str, str | None]


def sources() -> dict[Key, str]:
    """Return the comment that each object should have."""
    found: dict[Key, str] = {}
    for model in apps.get_models():
        found |= of_model(model)
    for file in living_files():
        found |= of_file(file.read_text(encoding="utf-8"))
    return found


def of_model(model: type[models.Model]) -> dict[Key, str]:
    """Return the comments of a model's table, columns and enum types."""
    table = model._meta.db_table
    found: dict[Key, str] = {("table", table, None): paragraph(inspect.getdoc(model) or "")}
    for field in model._meta.local_concrete_fields:
        found["column", table, str(field.column)] = str(field.help_text)
        if isinstance(field, EnumField) and field.type_comment:
            found["type", field.pg_type, None] = paragraph(field.type_comment)
    return {key: text for key, text in found.items() if text}


def of_file(text: str) -> dict[Key, str]:
    """Return the comments of the functions and views of a file."""
    found: dict[Key, str] = {}
    for comment, kind, name in MADE.findall(text):
        lines = []
        for line in comment.splitlines():
            bare = line.removeprefix("--").removeprefix(" ")
            if kind == "view" and (column := COLUMN.match(bare)):
                found["column", name, column[1]] = f"{column[2][0].upper()}{column[2][1:]}."
            else:
                lines.append(bare)
        found[kind, name, None] = "\n".join(lines)
    return found


def paragraph(text: str) -> str:
    """Return the first paragraph in one line."""
    return " ".join(inspect.cleandoc(text).partition("\n\n")[0].split())


def missing(using: str) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Yield kind, identity, expected comment and actual comment of each object that differs.

    The expected comment of an object without a source is None.
    """
    wanted = sources()
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # With an empty search_path, the arguments of functions are qualified.
        cursor.execute("set local search_path = ''")
        cursor.execute(OBJECTS)
        for kind, name, column, identity, comment in cursor.fetchall():
            should_be = wanted.get((kind, name, column))
            if should_be is None or comment != should_be:
                yield kind, identity, should_be, comment


def write(using: str) -> None:
    """Write the comments that differ, as the owner. Objects of others in `public` are left alone."""
    for kind, identity, should_be, _ in list(missing(using)):
        if should_be is not None:
            # The identity comes quoted from the catalog.
            statement = sql.SQL("comment on {} {} is {}").format(
                sql.SQL(kind),
                sql.SQL(identity),
                sql.Literal(should_be),
            )
            with transaction.atomic(using=using), connections[using].cursor() as cursor:
                cursor.execute(statement)
