"""Test that files and folders stay small enough to be read."""

from collections import Counter
from pathlib import Path

from aira.embedded import PROJECT

OURS = ("aira", "billing", "bookings", "businesses", "knowledge", "telephony")
LINES, FILES = 300, 40


def modules() -> list[Path]:
    """Return the Python files of the project, apart from tests and migrations."""
    return [
        path.relative_to(PROJECT)
        for name in OURS
        for path in (PROJECT / name).rglob("*.py")
        if "migrations" not in path.parts
    ]


def test_a_file_has_at_most_300_lines() -> None:
    found = modules()
    assert len(found) > 300
    assert {str(path) for path in found if len((PROJECT / path).read_text().splitlines()) > LINES} == set()


def test_a_folder_has_at_most_40_files() -> None:
    counts = Counter(
        str(path.parent)
        for name in OURS
        for path in (PROJECT / name).rglob("*")
        if path.is_file() and not {"migrations", "__pycache__"} & set(path.parts)
    )
    assert {folder: count for folder, count in counts.items() if count > FILES} == {}
