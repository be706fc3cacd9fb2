"""Types for who writes the other services: docs/types, generated from the live catalog."""

from aira.devtools.types.catalog import read
from aira.devtools.types.python import python
from aira.devtools.types.typescript import typescript

# file of docs/types → what writes it
WRITERS = {"database.types.ts": typescript, "database_types.py": python}


def written(using: str) -> dict[str, str]:
    """The files as the database has it now."""
    catalog = read(using)
    return {name: write(catalog) for name, write in WRITERS.items()}
