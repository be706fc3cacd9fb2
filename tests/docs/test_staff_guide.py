"""Test that the tour names buttons and pages as the console does."""

import re
from pathlib import Path

from aira.embedded import PROJECT

GUIDE = PROJECT / "docs" / "guides" / "staff.md"


def sources() -> str:
    """Return the sources with all labels of the project. History is Django's label, and Run is unfold's."""
    folders = ("aira", "businesses", "telephony", "billing", "bookings", "knowledge")
    files = [file for name in folders for kind in ("py", "html") for file in (PROJECT / name).rglob(f"*.{kind}")]
    return "\n".join(file.read_text() for file in files)


def test_every_button_and_page_of_the_tour_exists() -> None:
    named = {" ".join(name.split()) for name in re.findall(r"\*\*([^*]+)\*\*", GUIDE.read_text())}
    assert len(named) > 25
    source = sources()
    # The label is a whole text: it stands between quotes or tags.
    unknown = {name for name in named if not re.search(rf"""[\"'>] *{re.escape(name)} *[\"'<{{(\n]""", source)}
    assert unknown == {"Run", "History"}


def test_every_picture_of_the_tour_is_there_in_both_themes() -> None:
    pictures = re.findall(r'(?:src|srcset)="([^"]+)"', GUIDE.read_text())
    assert len(pictures) >= 10
    assert all((GUIDE.parent / picture).is_file() for picture in pictures)
    assert {Path(picture).stem.rpartition("-")[2] for picture in pictures} == {"light", "dark"}
