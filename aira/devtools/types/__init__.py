"""Generate types for developers of the other services from the live catalog: docs/types."""

from aira.devtools.types.catalog import read
from aira.devtools.types.python import python
from aira.devtools.types.typescript import typescript

# The writer of each file of docs/types.
WRITERS = {"database.types.ts": typescript, "database_types.py": python}


def written(using: str) -> dict[str, str]:
    """Return the texts of the files for the current catalog."""
    catalog = read(using)
    return {name: write(catalog) for name, write in WRITERS.items()}
