"""Describe where statements lead back to."""

from dataclasses import dataclass

from aira.migrate.catalog import Catalog, Difference

# Beginning of a long definition in the reference.
STORED_SHORT = "a text of digest "
FROM_MIGRATION = "restore its definition from the migration that made it."


@dataclass(frozen=True)
class Target:
    """State to which statements lead back.

    Attributes:
        reference: the committed catalog.
        owner: role that runs migrations, quoted.
        database: its name, quoted.
    """

    reference: Catalog
    owner: str
    database: str


def by_hand(one: Difference, todo: str) -> str:
    """Return a comment in place of a statement."""
    return f"-- {one.kind}: {one.name}: {todo}".replace("\n", " ")
