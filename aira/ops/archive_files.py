"""Store a month of a table as two files in ARCHIVE_DIR.

Each file is complete or absent.

events_2024_01.csv.gz holds the rows as PostgreSQL's CSV, events_2024_01.json is the manifest.
"""

import csv
import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any, override

from django.conf import settings

from aira.ops.atomic_files import whole

FORMAT = 1
# Errors of reading a file that was damaged on the disk, or written by somebody else.
UNREADABLE = (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error)


class ArchiveError(Exception):
    """Raised with the reason if a month was not archived or not restored. Nothing has changed."""


@dataclass(frozen=True)
class Manifest:
    """Description of an archived month.

    Attributes:
        month: for example 2024-01.
        digest: of the rows, by private.month_digest.
        sha256: of the compressed file.
    """

    table: str
    month: str
    columns: list[str]
    rows: int
    digest: str
    size: int
    sha256: str
    server: str
    created_at: str
    format: int = FORMAT


@dataclass(frozen=True)
class Month:
    """Month of a table, with its files."""

    table: str
    first: date

    def __str__(self) -> str:
        return f"{self.table}, {self.first:%Y-%m}"

    @property
    def name(self) -> str:
        """Name of its files."""
        return f"{self.table.rpartition('.')[2]}_{self.first:%Y_%m}"

    @property
    def next(self) -> date:
        """First day of the next month."""
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def data(self) -> Path:
        """File of the rows."""
        return directory() / f"{self.name}.csv.gz"

    @property
    def manifest(self) -> Path:
        """File of the manifest."""
        return directory() / f"{self.name}.json"


def directory() -> Path:
    """Return the folder of archives."""
    if settings.ARCHIVE_DIR is None:
        raise ArchiveError("ARCHIVE_DIR is not set. Set it to the folder for archives.")
    return settings.ARCHIVE_DIR


def parse(text: str) -> date:
    """Return the first day of a month such as 2024-01."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII) or text.startswith("0000"):
        raise ArchiveError(f"{text!r} is not a month. Write it as 2024-01.")
    return date.fromisoformat(f"{text}-01")


class Hashed(io.RawIOBase):
    """Writer to a file that also computes size and hash."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Any) -> int:
        self.sha256.update(data)
        self.size += len(data)
        return self.file.write(data)


@contextmanager
def archived(month: Month, path: Path) -> Iterator[IO[bytes]]:
    """Open a file of the month that gets its name when it is complete and on the disk."""
    try:
        with whole(path) as file:
            yield file
    except OSError as error:
        raise ArchiveError(f"{month}: {path} can't be written: {error.strerror}.") from error


def read_manifest(month: Month) -> Manifest:
    """Return the manifest of a month."""
    try:
        manifest = Manifest(**json.loads(month.manifest.read_text(encoding="utf-8")))
    except OSError as error:
        raise ArchiveError(f"{month}: {month.manifest} can't be read: {error.strerror}.") from None
    except (ValueError, TypeError):
        raise ArchiveError(f"{month}: {month.manifest} is not a manifest. Take the file from another copy.") from None
    if manifest.format != FORMAT:
        raise ArchiveError(
            f"{month}: {month.manifest} has format {manifest.format}, but this release reads format {FORMAT}. "
            "Use the release that wrote it."
        )
    return manifest


def verify(month: Month, manifest: Manifest) -> None:
    """Read the file from the disk, and compare its hash, columns and number of rows with the manifest."""
    if (manifest.table, manifest.month) != (month.table, f"{month.first:%Y-%m}"):
        raise ArchiveError(
            f"{month}: {month.manifest} describes another month: {manifest.table}, {manifest.month}. "
            "Restore the right file."
        )
    try:
        with month.data.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != manifest.sha256:
            raise ArchiveError(
                f"{month}: {month.data} was changed since it was written: SHA-256 {found}. "
                "Take the file from another copy."
            )
        with gzip.open(month.data, "rt", encoding="utf-8", newline="") as lines:
            csv.field_size_limit(1 << 30)
            records = csv.reader(lines)
            columns = next(records, [])
            count = sum(1 for _ in records)
    except UNREADABLE as error:
        raise ArchiveError(f"{month}: {month.data} can't be read: {error}.") from None
    if columns != manifest.columns:
        raise ArchiveError(f"{month}: {month.data} lacks columns that its manifest names. Take both from another copy.")
    if count != manifest.rows:
        raise ArchiveError(
            f"{month}: {month.data} has {count} rows, but its manifest says {manifest.rows}. Restore it."
        )


def mentions(month: Month, text: str) -> bool:
    """Tell whether a row contains the text, such as the id of an account."""
    try:
        with gzip.open(month.data, "rt", encoding="utf-8") as lines:
            return any(text in line for line in lines)
    except UNREADABLE as error:
        raise ArchiveError(f"{month}: {month.data} can't be read: {error}.") from None
