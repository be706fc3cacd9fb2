"""Find the living SQL files: the definitions in `sql/` folders, from which migrations freeze copies."""

from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
APPS = ("businesses", "telephony", "billing", "bookings", "knowledge")


def folders() -> list[Path]:
    """Return every `sql` folder: those of the platform's rooms first, then those of the apps."""
    rooms = sorted(folder for folder in (PROJECT / "aira").glob("*/sql") if folder.is_dir())
    return [*rooms, *(PROJECT / app / "sql" for app in APPS)]


def living_files() -> Iterator[Path]:
    """Yield every living file. A large folder has subfolders by subject."""
    for folder in folders():
        yield from sorted(folder.rglob("*.sql"))


def living_file(app: str, name: str) -> Path:
    """Return the file that defines `name` for a migration of an app.

    Args:
        app: The folder of the migration's app, such as `billing` or `aira/schema`.
        name: The file's name without `.sql`. `room/name`, such as `outbox/retry_gap`, tells equal names apart.

    Raises:
        LookupError: No file has that name, or several have it and none is the app's own.
    """
    room, _, bare = name.rpartition("/")
    found = [file for file in living_files() if file.stem == bare and (not room or room in file.parts)]
    own = [file for file in found if file.is_relative_to(PROJECT / app)]
    candidates = own if len(own) == 1 else found
    if len(candidates) == 1:
        return candidates[0]
    paths = ", ".join(str(file.relative_to(PROJECT)) for file in candidates) or "none"
    raise LookupError(f"“{name}” must name one file in a sql folder; it names {paths}.")
