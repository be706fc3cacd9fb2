"""The library of the calendar: unchanged, with its licence, and of the version that its README names."""

import hashlib

from aira.embedded import PROJECT

FOLDER = PROJECT / "bookings" / "static" / "bookings" / "fullcalendar"
VERSION = "6.1.21"
# The digest of the npm package's file.
DIGEST = "4e72ff169af857bbb8fee626364949d570424b00df36c01bd087a9580371515e"


def test_the_library_is_the_published_one_with_its_licence() -> None:
    bundle = (FOLDER / "index.global.min.js").read_bytes()
    assert hashlib.sha256(bundle).hexdigest() == DIGEST
    assert f"FullCalendar Standard Bundle v{VERSION}".encode() in bundle[:200]
    assert (FOLDER / "README.md").read_text().startswith(f"# FullCalendar {VERSION}\n")
    assert (FOLDER / "LICENSE").read_text().startswith("MIT License\n")
    # A map that is not there would fail collectstatic.
    assert b"sourceMappingURL" not in bundle
