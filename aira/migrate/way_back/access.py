"""Lead policies, owners, grants, publications and roles back."""

import re
from collections.abc import Iterator

from psycopg import sql

from aira.migrate.catalog import Difference
from aira.migrate.way_back.target import FROM_MIGRATION, Target, by_hand

POLICY = re.compile(
    r"(?P<kind>restrictive )?(?P<command>select|insert|update|delete|all) to (?P<roles>.+?)"
    r"(?: using (?P<using>.+?))?(?: check (?P<check>.+))?"
)
SETTING = re.compile(r"setting of (?P<role>\w+)(?P<here> in this database)?")
ATTRIBUTES = ("superuser", "bypassrls", "createrole", "replication")


def policies(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for policies."""
    table, _, name = one.name.partition(" ")
    wanted = POLICY.fullmatch(one.before) if one.before is not None else None
    if one.before is not None and wanted is None:
        yield by_hand(one, FROM_MIGRATION)
        return
    if one.after is not None:
        yield f"drop policy {name} on {table};"
    if wanted is not None:
        kind = " as restrictive" if wanted["kind"] else ""
        using = f" using ({wanted['using']})" if wanted["using"] else ""
        check = f" with check ({wanted['check']})" if wanted["check"] else ""
        yield f"create policy {name} on {table}{kind} for {wanted['command']} to {wanted['roles']}{using}{check};"


def owners(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for owners."""
    kind, _, name = one.name.partition(" ")
    yield f"alter {'table' if kind == 'relation' else kind} {name} owner to {target.owner};"


def grants(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for grants."""
    kind, _, rest = one.name.partition(" ")
    name, _, role = rest.rpartition(" to ")
    table, _, column = name.rpartition(".")
    on = f"table {table}" if kind == "column" else f"{kind} {name}"

    def of(privileges: str) -> str:
        if kind != "column":
            return privileges
        return ", ".join(f"{privilege} ({column})" for privilege in privileges.split(", "))

    if one.after is not None:
        yield f"revoke {of(one.after.replace(' with grant option', ''))} on {on} from {role};"
    if one.before is not None:
        yield f"grant {of(one.before.replace(' with grant option', ''))} on {on} to {role};"


def default_privileges(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for privileges of future objects."""
    what, _, rest = one.name.partition(" in ")
    schema, _, role = rest.rpartition(" to ")
    alter = f"alter default privileges for role {target.owner}"
    if schema != "every schema":
        alter += f" in schema {schema}"
    for privileges, verb, to in ((one.after, "revoke", "from"), (one.before, "grant", "to")):
        if privileges is not None:
            yield f"{alter} {verb} {privileges} on {what} {to} {role};"


def publications(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for publications."""
    name, _, table = one.name.partition(" of ")
    if one.before is None and table != "all tables":
        yield f"alter publication {name} drop table {table};"
    else:
        yield by_hand(one, f"is {one.after or 'missing'}, and should be {one.before or 'dropped'}.")


def roles(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for roles and their settings."""
    if setting := SETTING.fullmatch(one.name):
        role, here = setting["role"], f" in database {target.database}" if setting["here"] else ""
        if one.after is not None:
            yield f"alter role {role}{here} reset {one.after.partition('=')[0]};"
        if one.before is not None:
            name, _, value = one.before.partition("=")
            # A search_path is a list of names, as it is stored.
            written = value if name == "search_path" and value else sql.Literal(value).as_string()
            yield f"alter role {role}{here} set {name} = {written};"
    elif one.before is not None and one.after is not None:
        wanted = one.before.split()
        changed = set(wanted) ^ set(one.after.split())
        attributes = [name if name in wanted else f"no{name}" for name in ATTRIBUTES if name in changed]
        yield f"alter {one.name} {' '.join(attributes)};"
    else:
        yield by_hand(one, "run manage.py migrate, which makes the roles.")


def comments(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for comments."""
    yield by_hand(one, "run manage.py migrate, which writes comments.")
