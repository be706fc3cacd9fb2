"""Write the statements that lead a database back to the catalog of its migrations.

Where a statement would remove data, or the reference does not have the definition, a comment says what to do instead.
Long definitions are stored as digests. Those of functions and views come from the living SQL.
"""

import re
from collections.abc import Callable, Iterator

from aira.migrate.catalog import Difference
from aira.migrate.way_back import access, code, tables
from aira.migrate.way_back.target import Target

__all__ = ["Target", "way_back"]

# Statements by kind, in the order in which they run. Functions come early, since policies, constraints and triggers
# call them. Grants need all objects.
KINDS: dict[str, Callable[[Difference, Target], Iterator[str]]] = {
    "schemas": tables.schemas,
    "types": tables.types,
    "functions": code.functions,
    "relations": tables.relations,
    "columns": tables.columns,
    "constraints": tables.constraints,
    "indexes": tables.indexes,
    "views": code.views,
    "triggers": code.triggers,
    "rules": code.rules,
    "policies": access.policies,
    "owners": access.owners,
    "grants": access.grants,
    "default_privileges": access.default_privileges,
    "publications": access.publications,
    "roles": access.roles,
    "comments": access.comments,
}
# Kinds of objects that have grants, owners, columns or comments.
WITH_PARTS = ("functions", "relations", "schemas", "types")


def way_back(found: list[Difference], target: Target) -> Iterator[str]:
    """Yield statements and comments in the order in which they can run."""
    gone = {one.name for one in found if one.kind in WITH_PARTS and one.before is None}
    of_constraints = {index_of(one.name) for one in found if one.kind == "constraints"}
    order = list(KINDS)
    for one in sorted(found, key=lambda one: (order.index(one.kind), one.name)):
        if one.kind in ("grants", "owners", "columns", "comments", "indexes") and of_gone(one.name, gone):
            # Dropping the additional object removes it, too.
            continue
        if one.kind == "indexes" and one.name in of_constraints:
            continue
        yield from KINDS[one.kind](one, target)


def of_gone(name: str, gone: set[str]) -> bool:
    """Tell whether an object belongs to one that is additional."""
    return any(re.search(rf"(^|\s){re.escape(one)}($|[\s.])", name) for one in gone)


def index_of(constraint: str) -> str:
    """Return the name of the index that a constraint makes."""
    table, _, name = constraint.partition(" ")
    return f"{table.partition('.')[0]}.{name}"
