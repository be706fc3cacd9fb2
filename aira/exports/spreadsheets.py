"""Write rows as CSV and XLSX, so that a spreadsheet never runs a cell as a formula."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
# Spreadsheet formats can't hold these characters.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Importers skip these characters at the beginning of a cell.
SKIPPED = r'[\s"\u200b-\u200f\u2060\ufeff]*'
# See OWASP, “CSV Injection”: a formula begins with these characters, also in full width.
FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
# The beginning of a cell, also for programs that use another separator. Quotes don't help there.
CELL = re.compile(rf"(^|[;|\t\r\n])(?={SKIPPED}{FORMULA})|^(?=[\t\r\n])")


class Echo:
    """File for csv.writer, which then returns each line."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def csv_lines(columns: list[str], found: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield a line per row, the head first. Texts are quoted, numbers and nulls are not."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_STRINGS)
    for row in chain([columns], found):
        yield writer.writerow([cell(value) for value in row])


def xlsx(title: str, columns: list[str], found: Iterable[Iterable[Any]]) -> bytes:
    """Return the rows as XLSX."""
    # Import here, because every command loads this module.
    import tablib

    data = tablib.Dataset(headers=columns, title=title)
    for row in found:
        data.append([cell(value) for value in row])
    written: bytes = data.export("xlsx", column_width=20)
    return written


def cell(value: Any) -> Any:
    """Return numbers and nulls unchanged, and other values as text that no spreadsheet runs."""
    match value:
        case None | bool() | int() | float() | Decimal():
            return value
        case datetime():
            return value.isoformat()
        case dict() | list():
            return escape_formula(json.dumps(value, ensure_ascii=False))
        case bytes() | memoryview():
            return bytes(value).hex()
        case _:
            return escape_formula(str(value))


def escape_formula(text: str) -> str:
    """Put an apostrophe before a text that would be a formula, at its beginning and after separators."""
    text = CONTROL.sub("", text)
    return text if NUMBER.fullmatch(text) else CELL.sub(r"\1'", text)
