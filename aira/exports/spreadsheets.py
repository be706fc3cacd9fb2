"""Write rows as CSV and XLSX that a spreadsheet shows and never runs."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
# A spreadsheet's format has no place for them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# What importers skip before a cell's first character.
SKIPPED = r'[\s"\u200b-\u200f\u2060\ufeff]*'
# OWASP, "CSV Injection": what begins a formula, also in fullwidth letters.
FORMULA = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
# Where a cell begins for a program that takes another separator than ours: quotes don't help there.
CELL = re.compile(rf"(^|[;|\t\r\n])(?={SKIPPED}{FORMULA})|^(?=[\t\r\n])")


class Echo:
    """A file for csv.writer, which then returns each line."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: list[str], found: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield a line a row, the head first. Texts are quoted; numbers and what is null are not."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_STRINGS)
    for row in chain([columns], found):
        yield writer.writerow([cell(value) for value in row])


def xlsx(title: str, columns: list[str], found: Iterable[Iterable[Any]]) -> bytes:
    # Here, because every command loads this module.
    import tablib

    data = tablib.Dataset(headers=columns, title=title)
    for row in found:
        data.append([cell(value) for value in row])
    written: bytes = data.export("xlsx", column_width=20)
    return written


def cell(value: Any) -> Any:
    """Return a number or null as it is, and anything else as a text that no spreadsheet runs."""
    match value:
        case None | bool() | int() | float() | Decimal():
            return value
        case datetime():
            return value.isoformat()
        case dict() | list():
            return harmless(json.dumps(value, ensure_ascii=False))
        case bytes() | memoryview():
            return bytes(value).hex()
        case _:
            return harmless(str(value))


def harmless(text: str) -> str:
    """Put an apostrophe before what would be a formula, at the beginning and after what may separate cells."""
    text = CONTROL.sub("", text)
    return text if NUMBER.fullmatch(text) else CELL.sub(r"\1'", text)
