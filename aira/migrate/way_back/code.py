"""Lead functions, views, triggers and rules back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from aira.migrate.catalog import Difference
from aira.migrate.way_back.target import FROM_MIGRATION, STORED_SHORT, Target, by_hand
from aira.schema.living_sql import living_files

TRIGGER = re.compile(
    r"(?P<create>CREATE .+? EXECUTE FUNCTION [\w.\"]+\(.*?\))(?: (?P<state>DISABLED|ON REPLICAS ALONE|ALWAYS))?"
    r"(?: (?P<comment>[0-9a-f]{40}))?"
)
LIVING = re.compile(
    r"^create or replace function ([\w.]+)\s*\(.*?\$\$.*?\$\$;|^create .*?view ([\w.]+).*?;$", re.MULTILINE | re.DOTALL
)


@cache
def living() -> dict[str, list[str]]:
    """Return the statements of the living SQL by the function or view that they define. Functions may share a name."""
    found: dict[str, list[str]] = {}
    for file in living_files():
        for statement in LIVING.finditer(file.read_text(encoding="utf-8")):
            found.setdefault(statement[1] or statement[2], []).append(statement[0])
    return found


def functions(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for functions."""
    if one.before is None:
        yield f"drop function {one.name};"
        return
    name = one.name.partition("(")[0]
    if not one.before.startswith(STORED_SHORT):
        yield f"{one.before.rstrip()};"
    elif statements := living().get(name):
        yield from statements
    else:
        yield by_hand(one, FROM_MIGRATION)
        return
    if one.after is None:
        # A new function may be called by everybody, and on Supabase by the roles of the data API.
        yield f"revoke all on function {one.name} from public, anon, authenticated, service_role;"


def views(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for views."""
    kind = target.reference["relations"].get(one.name, "")
    if one.before is None:
        return
    statements = living().get(one.name)
    if not statements or (kind.startswith("materialized") and one.after is not None):
        yield by_hand(one, FROM_MIGRATION)
        return
    if not kind.startswith("materialized") and one.after is not None:
        # A view whose columns changed can't be replaced.
        yield f"drop view {one.name};"
    yield from statements
    if one.after is not None:
        for name, privileges in target.reference["grants"].items():
            if name.startswith(f"table {one.name} to "):
                yield f"grant {privileges} on {name};"
        yield by_hand(replace(one, kind="comments"), "run manage.py migrate, which writes comments.")


def triggers(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for triggers."""
    table, _, name = one.name.partition(" ")
    if one.before is None and one.after == "DISABLED":
        yield f"alter table {table} enable trigger all;"
        return
    wanted = TRIGGER.fullmatch(one.before or "")
    there = TRIGGER.fullmatch(one.after or "")
    if one.before is not None and wanted is None:
        yield by_hand(one, FROM_MIGRATION)
    elif wanted and there and wanted["create"] == there["create"]:
        if wanted["state"] != there["state"]:
            yield f"alter table {table} enable trigger {name};"
        if wanted["comment"] != there["comment"]:
            yield comment_of_trigger(table, name, wanted["comment"])
    else:
        if one.after is not None:
            yield f"drop trigger {name} on {table};"
        if wanted is not None:
            yield f"{wanted['create']};"
            if wanted["comment"]:
                yield comment_of_trigger(table, name, wanted["comment"])


def comment_of_trigger(table: str, name: str, text: str | None) -> str:
    """Return the statement that stores pgtrigger's hash."""
    return f"comment on trigger {name} on {table} is {f"'{text}'" if text else 'null'};"


def rules(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for rewrite rules."""
    table, _, name = one.name.partition(" ")
    if one.after is not None:
        yield f"drop rule {name} on {table};"
    if one.before is not None:
        yield one.before
