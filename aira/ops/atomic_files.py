"""Write files so that they are complete or absent."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, for its owner alone, that gets its name when it is complete and on the disk. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
        settle(unfinished, path)
    except OSError:
        # On a full disk, an unfinished file would keep the disk full.
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


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
