"""Write values for people: JSON as lines of words, and periods of time."""

import re
from datetime import timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime

from aira.formats.dates import time_text

# A time with its zone, as programs write it.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*(Z|[+-]\d\d:?\d\d)")
PERIODS = (("day", 86_400), ("hour", 3600), ("minute", 60))


def label_of(name: str) -> str:
    """Return the name of a JSON value as a label, such as “File name” for `file_name`. Addresses stay as they are."""
    if not name.replace("_", "").isalnum():
        return name
    words = name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def lines_of(value: Any) -> list[str]:
    """Return a JSON value as lines such as “File name: menu.pdf”. A name inside another one follows “›”."""
    if isinstance(value, dict):
        return [
            f"{label_of(str(name))}{'' if named(line) else ':'} {line}"
            for name, inner in value.items()
            for line in (nested(inner) if isinstance(inner, (dict, list)) else lines_of(inner))
        ]
    if isinstance(value, list):
        return [", ".join(lines_of(one)) if isinstance(one, (dict, list)) else scalar(one) for one in value]
    return [scalar(value)]


def nested(value: dict[str, Any] | list[Any]) -> list[str]:
    """Return the lines of a value inside another one."""
    if isinstance(value, list):
        return ["; ".join(lines_of(value)) or "–"]
    return [f"› {line}" for line in lines_of(value)] or ["–"]


def named(line: str) -> bool:
    """Tell whether a line begins with a name of its own."""
    return line.startswith("› ")


def scalar(value: Any) -> str:
    """Return a single JSON value as a word."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and MOMENT.fullmatch(value) and (moment := parse_datetime(value)):
        return time_text(localtime(moment))
    return f"{value:,}" if isinstance(value, int) else str(value)


def duration_text(period: timedelta) -> str:
    """Return a period such as “1 day 2 hours” or “1.5 seconds”, with at most two units."""
    seconds = period.total_seconds()
    if seconds < PERIODS[-1][1]:
        text = f"{seconds:.1f}".removesuffix(".0")
        return f"{text} second{'' if text == '1' else 's'}"
    parts, left = [], round(seconds)
    for unit, length in (*PERIODS, ("second", 1)):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(parts[:2])
