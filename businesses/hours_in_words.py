"""Say opening hours in words, for changes and pages to read."""

from datetime import date, datetime
from typing import Any

from aira.formats.dates import day_text, time_text
from businesses.hours import DAYS, write_day


def hours_in_words(hours: Any) -> list[str]:
    """Return a line for each day or group of equal days, special day and closure.

    Texts and other values that are not opening hours give one line with the value.
    """
    if not hours:
        return ["09:00-18:00 every day, since no hours are set"]
    try:
        return [*weekly(hours), *specials(hours), *closures(hours)] or ["No hours"]
    except (AttributeError, TypeError, KeyError, ValueError):
        # Rows from before the rule, and values that the audit cut off.
        return [str(hours)]


def weekly(hours: dict[str, Any]) -> list[str]:
    """Return the days of the week, with equal neighbours together."""
    if hours.get("weekly") is None:
        return ["09:00-18:00 every day, since no weekly hours are set"]
    runs: list[tuple[str, str, str]] = []
    for day, name in DAYS.items():
        text = write_day(hours["weekly"].get(day, []))
        if runs and runs[-1][2] == text:
            runs[-1] = (runs[-1][0], name, text)
        else:
            runs.append((name, name, text))
    return [
        f"{first[:3] if first != last else first}{f'–{last[:3]}' if first != last else ''} {text}"
        for first, last, text in runs
    ]


def specials(hours: dict[str, Any]) -> list[str]:
    """Return the special days."""
    found = sorted((hours.get("special") or {}).items())
    return [f"{day_text(date.fromisoformat(day), weekday=True)} {write_day(intervals)}" for day, intervals in found]


def closures(hours: dict[str, Any]) -> list[str]:
    """Return the closures."""
    return [f"Closed {span(one)}" for one in hours.get("closures") or []]


def span(closure: dict[str, str]) -> str:
    """Return the beginning and the end of a closure."""
    return " to ".join(time_text(datetime.fromisoformat(closure[end]), zone=False) for end in ("from", "to"))


def line_per_day(hours: dict[str, Any] | None) -> list[str]:
    """Return valid hours as short texts, each day by itself, as the form of a business asks for them."""
    hours = hours or {}
    if hours.get("weekly") is None:
        words = ["every day 09:00-18:00"]
    else:
        words = [f"{name[:3]} {write_day(hours['weekly'].get(day, []))}" for day, name in DAYS.items()]
    return [*words, *specials(hours), *(f"closure {span(one)}" for one in hours.get("closures") or [])]
