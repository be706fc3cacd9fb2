"""Lead schemas, types, tables, columns, constraints and indexes back."""

import re
from collections.abc import Iterator

from aira.migrate.catalog import Difference
from aira.migrate.way_back.target import FROM_MIGRATION, STORED_SHORT, Target, by_hand

COLUMN = re.compile(
    r"(?P<type>.+?)(?P<required> not null)?(?: (?P<how>generated|default) (?P<expression>.*?))?"
    r"(?P<identity> identity (?:always|default))?"
)


def schemas(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for schemas."""
    yield (
        f"create schema {one.name};"
        if one.after is None
        else by_hand(one, "is additional. Drop it if nobody needs it.")
    )


def types(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for types."""
    values = re.findall(r"'(?:[^']|'')*'", one.before or "")
    there = re.findall(r"'(?:[^']|'')*'", one.after or "")
    if one.after is not None and values and values[: len(there)] == there:
        for value in values[len(there) :]:
            yield f"alter type {one.name} add value {value};"
    else:
        yield by_hand(one, f"is {one.after or 'missing'}, and should be {one.before or 'dropped'}.")


def relations(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for tables, views and row security."""
    if one.before is None:
        yield by_hand(one, "is additional. Drop it if nobody needs its data.")
    elif one.after is None:
        if "view" not in one.before:
            yield by_hand(one, "restore the table with its data from a backup.")
    elif "row security off" in one.after and "row security on" in one.before:
        yield f"alter table {one.name} enable row level security;"
    elif "row security on" in one.after and "row security off" in one.before:
        yield f"alter table {one.name} disable row level security;"
    elif one.before.startswith("view") and one.after.startswith("view"):
        wanted, there = (set(text.removeprefix("view").strip().split(", ")) - {""} for text in (one.before, one.after))
        if names := sorted(option.partition("=")[0] for option in there - wanted):
            yield f"alter view {one.name} reset ({', '.join(names)});"
        if wanted:
            yield f"alter view {one.name} set ({', '.join(sorted(wanted))});"
    elif one.after == f"{one.before} forced":
        yield f"alter table {one.name} no force row level security;"
    else:
        yield by_hand(one, f"is {one.after}, and should be {one.before}.")


def columns(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for columns of tables."""
    table, _, column = one.name.rpartition(".")
    if "table" not in target.reference["relations"].get(table, ""):
        return
    if one.before is None:
        yield by_hand(one, f"is additional. To drop it with its data: alter table {table} drop column {column};")
        return
    wanted = parts_of(one.before)
    if one.after is None:
        made = f"{wanted['type']}"
        if wanted["how"] == "generated":
            made += f" generated always as ({wanted['expression']}) stored"
        elif wanted["how"]:
            made += f" default {wanted['expression']}"
        yield f"alter table {table} add column {column} {made}{wanted['required'] or ''};"
        return
    there = parts_of(one.after)
    alter = f"alter table {table} alter column {column}"
    if "generated" in (wanted["how"], there["how"]) or wanted["identity"] != there["identity"]:
        yield by_hand(one, f"is {one.after}, and should be {one.before}.")
        return
    if wanted["type"] != there["type"]:
        yield f"{alter} type {wanted['type']} using {column}::{wanted['type']};"
    if wanted["expression"] != there["expression"]:
        yield f"{alter} set default {wanted['expression']};" if wanted["how"] else f"{alter} drop default;"
    if wanted["required"] != there["required"]:
        yield f"{alter} {'set' if wanted['required'] else 'drop'} not null;"


def parts_of(definition: str) -> re.Match[str]:
    """Return the parts of a column's definition."""
    found = COLUMN.fullmatch(definition)
    if found is None:
        raise ValueError(f"The definition of a column can't be read: {definition}")
    return found


def constraints(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for constraints."""
    table, _, name = one.name.partition(" ")
    if one.before is not None and one.before.startswith(STORED_SHORT):
        yield by_hand(one, FROM_MIGRATION)
    elif one.after is not None and one.after == f"{one.before} NOT VALID":
        yield f"alter table {table} validate constraint {name};"
    else:
        if one.after is not None:
            yield f"alter table {table} drop constraint {name};"
        if one.before is not None:
            yield f"alter table {table} add constraint {name} {one.before};"


def indexes(one: Difference, target: Target) -> Iterator[str]:
    """Yield the statements for indexes."""
    if one.after is not None and one.after == f"{one.before} NOT VALID":
        yield f"reindex index concurrently {one.name};"
        return
    if one.after is not None:
        yield f"drop index concurrently {one.name};"
    if one.before is not None:
        partitioned = any(one.before.find(f" ON ONLY {table} ") > 0 for table in target.reference["relations"])
        found = one.before if partitioned else one.before.replace("INDEX ", "INDEX CONCURRENTLY ", 1)
        yield f"{found};"
