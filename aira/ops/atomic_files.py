"""Write files so that they are complete or absent."""

import os
from pathlib import Path


def settle(unfinished: Path, path: Path) -> None:
    """Rename a file after it is on the disk, and wait until the new name is on the disk as well."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
