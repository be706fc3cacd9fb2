"""Files that are there as a whole or not at all."""

import os
from pathlib import Path


def settle(unfinished: Path, path: Path) -> None:
    """Gives a file its name once it is on the disk, and the name as well."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
