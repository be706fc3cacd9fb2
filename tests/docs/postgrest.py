"""Translate requests into the statements of PostgREST, as https://docs.postgrest.org documents them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from psycopg import sql
from psycopg.types.json import Json

from tests.database import Database

OPERATORS = {"eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "like": "like", "ilike": "ilike"}
NOT_FILTERS = {"select", "order", "limit", "offset", "columns", "on_conflict"}
OBJECT = "application/vnd.pgrst.object+json"
COLUMNS = """
    select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) from pg_catalog.pg_attribute a
    where a.attrelid = pg_catalog.to_regclass('public.' || %s) and a.attnum > 0 and not a.attisdropped
"""
FUNCTION = """
    select p.proretset, t.typtype = 'c' or p.proargmodes is not null,
           array(select n from unnest(p.proargnames) with ordinality o(n, i)
                 where coalesce(p.proargmodes[i], 'i') in ('i', 'b')),
           array(select pg_catalog.format_type(a, null) from unnest(p.proargtypes) a)
    from pg_catalog.pg_proc p join pg_catalog.pg_type t on t.oid = p.prorettype
    where p.pronamespace = 'public'::regnamespace and p.proname = %s
"""
REFERENCE = """
    select array(select attname from unnest(c.conkey) with ordinality k(n, i)
                 join pg_catalog.pg_attribute on attrelid = c.conrelid and attnum = n order by i),
           array(select attname from unnest(c.confkey) with ordinality k(n, i)
                 join pg_catalog.pg_attribute on attrelid = c.confrelid and attnum = n order by i)
    from pg_catalog.pg_constraint c
    where c.contype = 'f' and c.conrelid = pg_catalog.to_regclass('public.' || %s)
      and c.confrelid = pg_catalog.to_regclass('public.' || %s)
"""


class NotUnderstood(Exception):
    """Report an error of PostgREST itself: status, code and message."""


@dataclass
class Request:
    """Hold one request and its answer."""

    method: str
    path: str
    role: str
    query: list[tuple[str, str]]
    prefer: str
    body: Any
    status: int = 0
    answer: Any = None

    @property
    def call(self) -> str:
        return f"{self.method} {self.path.removeprefix('/rest/v1/')}"


@dataclass
class PostgRest:
    """Run requests. Tables and functions are read as the owner, like a schema cache."""

    database: Database

    def run(self, run: Any, request: Request, accept: str) -> tuple[int, Any]:
        place = request.path.removeprefix("/rest/v1/")
        if place.startswith("rpc/"):
            statement, many = self.call(place.removeprefix("rpc/"), request)
            parameters = [Json(request.body or {})]
        else:
            statement, parameters = self.statement(place, request)
            many = True
        [(found,)] = run(statement, *parameters).fetchall()
        if request.method in ("PATCH", "DELETE", "POST") and "return=minimal" in request.prefer:
            return (201 if request.method == "POST" else 204), None
        if not many:
            return 200, found[0] if found else None
        if OBJECT in accept:
            if len(found) != 1:
                said = f"The result contains {len(found)} rows"
                raise NotUnderstood(406, "PGRST116", "Cannot coerce the result to a single JSON object", said)
            return 200, found[0]
        return 201 if request.method == "POST" and not place.startswith("rpc/") else 200, found

    def statement(self, table: str, request: Request) -> tuple[sql.Composed, list[Any]]:
        columns = dict(self.database.owner(COLUMNS, table).fetchall())
        if not columns:
            raise NotUnderstood(404, "PGRST205", f"Could not find the table 'public.{table}' in the schema cache", None)
        query = dict(request.query)
        target = sql.Identifier("public", table)
        shown, joins = self.selected(table, query.get("select", "*"))
        where, parameters = conditions(target, request.query, columns)
        if request.method == "GET":
            read = sql.SQL("select {} from {}{}{}{}").format(shown, target, joins, where, tail(target, query))
            return as_json(read), parameters
        returned = sql.SQL("1") if "return=minimal" in request.prefer else shown
        given = request.method != "DELETE" and request.body is not None
        body: list[Any] = [Json(rows_of(request.body))] if given else []
        names = sorted({name for row in rows_of(request.body) for name in row}) if body else []
        for name in names:
            if name not in columns:
                said = f"Could not find the '{name}' column of '{table}' in the schema cache"
                raise NotUnderstood(400, "PGRST204", said, None)
        written = [sql.Identifier(name) for name in names]
        typed = sql.SQL(", ").join(
            sql.SQL("{} {}").format(name, sql.SQL(columns[text]))  # type: ignore[arg-type]  # of the catalog
            for name, text in zip(written, names, strict=True)
        )
        source = sql.SQL("json_to_recordset(%s) as pgrst_body({})").format(typed)
        if request.method == "POST":
            made = sql.SQL("insert into {} ({}) select {} from {}{} returning {}").format(
                target, sql.SQL(", ").join(written), sql.SQL(", ").join(written), source,
                resolution(request.prefer, query, written, self.key(table)), returned,
            )  # fmt: skip
        elif request.method == "PATCH":
            sets = (sql.SQL("{0} = pgrst_body.{0}").format(name) for name in written)
            made = sql.SQL("update {} set {} from {}{} returning {}").format(
                target, sql.SQL(", ").join(sets), source, where, returned
            )
        else:
            made = sql.SQL("delete from {}{} returning {}").format(target, where, returned)
        return as_json(made), [*body, *parameters]

    def selected(self, table: str, select: str) -> tuple[sql.Composable, sql.Composable]:
        """Return the columns, with embedded rows of the tables that this table refers to."""
        if select == "*":
            return sql.SQL("{}.*").format(sql.Identifier("public", table)), sql.SQL("")
        shown: list[sql.Composable] = []
        joins: list[sql.Composable] = []
        for part in split(select.replace(" ", "").replace("\n", "")):
            name, embeds, inner = part.partition("(")
            if not embeds:
                shown.append(sql.Identifier("public", table, name) if name != "*" else sql.SQL("{}.*").format(sql.Identifier("public", table)))  # fmt: skip
                continue
            reference = self.database.owner(REFERENCE, table, name).fetchone()
            if reference is None:
                said = f"Could not find a relationship between '{table}' and '{name}' in the schema cache"
                raise NotUnderstood(400, "PGRST200", said, None)
            pairs = (
                sql.SQL("{} = {}").format(sql.Identifier("public", name, other), sql.Identifier("public", table, own))
                for own, other in zip(*reference, strict=True)
            )
            within, _ = self.selected(name, inner.removesuffix(")"))
            joins.append(
                sql.SQL(" left join lateral (select {} from {} where {}) as {} on true").format(
                    within, sql.Identifier("public", name), sql.SQL(" and ").join(pairs), sql.Identifier(f"{name}_1")
                )
            )
            shown.append(
                sql.SQL("row_to_json({}.*)::json as {}").format(sql.Identifier(f"{name}_1"), sql.Identifier(name))
            )
        return sql.SQL(", ").join(shown), sql.SQL("").join(joins)

    def key(self, table: str) -> list[str]:
        asked = "select array_agg(a.attname::text) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) where i.indrelid = to_regclass('public.' || %s) and i.indisprimary"
        [names] = self.database.owner(asked, table).fetchone() or [[]]
        return list(names)

    def call(self, function: str, request: Request) -> tuple[sql.Composed, bool]:
        """Return the call of a function with named arguments, and whether it returns a set of rows."""
        found = self.database.owner(FUNCTION, function).fetchone()
        given = request.body or {}
        if found is None or not set(given) <= set(found[2]):
            said = f"Could not find the function public.{function}({', '.join(given)}) in the schema cache"
            raise NotUnderstood(404, "PGRST202", said, None)
        many, is_row, names, types = found
        kinds = dict(zip(names, types, strict=True))
        arguments = sql.SQL(", ").join(sql.SQL("{0} := pgrst_args.{0}").format(sql.Identifier(name)) for name in given)
        typed = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kinds[name])) for name in given
        )
        called = sql.SQL("public.{}({})").format(sql.Identifier(function), arguments)
        args = sql.SQL("json_to_record(%s) as pgrst_args({})").format(typed)
        if is_row:
            return as_json(sql.SQL("select pgrst_call.* from {}, lateral {} as pgrst_call").format(args, called)), many
        listed = sql.SQL("select coalesce(json_agg(answer), '[]') from (select {} as answer from {}) a")
        return listed.format(called, args), many


def as_json(statement: sql.Composable) -> sql.Composed:
    return sql.SQL("with pgrst_source as ({}) select coalesce(json_agg(pgrst_source), '[]') from pgrst_source").format(
        statement
    )


def conditions(
    target: sql.Identifier, query: list[tuple[str, str]], columns: dict[str, str]
) -> tuple[sql.Composable, list[Any]]:
    parts: list[sql.Composable] = []
    values: list[Any] = []
    for name, condition in query:
        if name in NOT_FILTERS:
            continue
        operator, _, value = condition.partition(".")
        column = sql.SQL("{}.{}").format(target, sql.Identifier(name))
        if operator == "is":
            parts.append(sql.SQL("{} is {}").format(column, sql.SQL({"null": "null", "true": "true"}[value])))
        elif operator == "in":
            parts.append(sql.SQL("{} = any(%s::{}[])").format(column, sql.SQL(columns[name])))  # type: ignore[arg-type]
            values.append(value.strip("()").split(","))
        else:
            # An untyped literal takes the column's type.
            parts.append(sql.SQL("{} {} %s").format(column, sql.SQL(OPERATORS[operator])))
            values.append(unquote(value))
    return (sql.SQL(" where {}").format(sql.SQL(" and ").join(parts)) if parts else sql.SQL("")), values


def tail(target: sql.Identifier, query: dict[str, str]) -> sql.Composable:
    found: list[sql.Composable] = []
    if order := query.get("order"):
        columns = []
        for each in order.split(","):
            name, _, direction = each.partition(".")
            turned = sql.SQL(" desc" if direction.startswith("desc") else "")
            columns.append(sql.SQL("{}.{}{}").format(target, sql.Identifier(name), turned))
        found.append(sql.SQL(" order by {}").format(sql.SQL(", ").join(columns)))
    if limit := query.get("limit"):
        found.append(sql.SQL(" limit {}").format(sql.Literal(int(limit))))
    return sql.SQL("").join(found)


def resolution(prefer: str, query: dict[str, str], written: list[sql.Identifier], key: list[str]) -> sql.Composable:
    """Return the conflict clause of an upsert. PostgREST sets every given column, including the key."""
    if "resolution=" not in prefer:
        return sql.SQL("")
    on = [sql.Identifier(name) for name in (query["on_conflict"].split(",") if "on_conflict" in query else key)]
    sets = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in written)
    does = sql.SQL("do nothing") if "ignore-duplicates" in prefer else sql.SQL("do update set {}").format(sets)
    return sql.SQL(" on conflict ({}) {}").format(sql.SQL(", ").join(on), does)


def rows_of(body: Any) -> list[dict[str, Any]]:
    return body if isinstance(body, list) else [body]


def split(select: str) -> Iterator[str]:
    """Split at the commas that stand outside parentheses."""
    depth, part = 0, ""
    for letter in select:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            yield part
            part = ""
        else:
            part += letter
    yield part
