"""Convert opening hours from common forms into the form of CONTRACT.md.

A week has days by their English names, full or short, or by numbers from 0 for Sunday to 6, as in JavaScript. A day is
{"open": …, "close": …}, "9-17", "9:00 am - 5 pm", a list of these, or closed.
"""

import json
import re
from itertools import pairwise
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WHOLE_DAY = [["00:00", "00:00"]]
# Spellings with the same meaning.
OPENS = ("open", "opens", "start", "from", "opening", "open_time", "opentime", "start_time", "starttime", "begin")
CLOSES = ("close", "closes", "end", "to", "closing", "close_time", "closetime", "end_time", "endtime", "until")
CLOSED = ("closed", "is_closed", "isclosed")
OPEN = ("is_open", "isopen", "enabled", "active", "opened")
TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?(?::\d{2})?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
RANGE = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*", re.IGNORECASE)
DAY_RANGE = re.compile(r"([a-z]+)\s*(?:-|–|_to_|\s+to\s+)\s*([a-z]+)", re.IGNORECASE)


class Unreadable(Exception):
    """Report that the hours have an unknown form."""


def read_hours(text: str) -> str | None:
    """Return the hours as JSON of CONTRACT.md, or None if they can't be read without guessing."""
    try:
        found = json.loads(text)
        if isinstance(found, str):
            found = json.loads(found) if found.lstrip().startswith(("{", "[")) else found
        week = read_week(found)
    except (Unreadable, ValueError):
        return None
    return json.dumps({"weekly": {day: week[day] for day in DAYS if week.get(day)}}, ensure_ascii=False)


def read_week(found: Any) -> dict[str, list[list[str]]]:
    """Return the intervals of each day.

    Raises:
        Unreadable: The hours have an unknown form, name a day twice, or overlap.
    """
    if isinstance(found, dict) and set(map(str.lower, found)) & {"weekly", "hours", "days", "week"} and len(found) == 1:
        return read_week(next(iter(found.values())))
    week: dict[str, list[list[str]]] = {}
    for name, value in named_days(found):
        for day in read_days(name):
            if day in week:
                raise Unreadable
            week[day] = read_day(value)
    if not week or overlapping(week):
        raise Unreadable
    return week


def named_days(found: Any) -> list[tuple[str, Any]]:
    """Return pairs of a day's name and its hours, from an object or from a list of objects that name their day."""
    if isinstance(found, str):
        # "9-17" for the whole week, or "Mon-Fri 9-17; Sat 10-14".
        parts = [part.strip() for part in re.split(r"[;\n]", found) if part.strip()]
        if len(parts) == 1 and not re.search(r"[a-z]{3}", re.sub(r"\b(?:am|pm|to|until)\b", "", parts[0].lower())):
            return [(day, parts[0]) for day in DAYS]
        return [split_day(part) for part in parts]
    if isinstance(found, dict):
        if set(map(str.lower, found)) & {*OPENS, *CLOSES}:
            return [(day, found) for day in DAYS]
        return [(str(name), value) for name, value in found.items()]
    if isinstance(found, list) and found and all(isinstance(one, dict) for one in found):
        pairs: dict[str, list[Any]] = {}
        for one in found:
            rest = {key: value for key, value in one.items() if key.lower() not in ("day", "weekday", "day_of_week")}
            if len(rest) != len(one) - 1:
                raise Unreadable
            day = next(value for key, value in one.items() if key not in rest)
            hours = next(iter(rest.values())) if list(map(str.lower, rest)) in (["hours"], ["intervals"]) else rest
            pairs.setdefault(str(day), []).append(hours)
        return [(day, hours if len(hours) > 1 else hours[0]) for day, hours in pairs.items()]
    if isinstance(found, list) and len(found) == len(DAYS) and all(isinstance(one, (list, str)) for one in found):
        # A list of days does not tell which day is the first.
        raise Unreadable
    raise Unreadable


def split_day(part: str) -> tuple[str, str]:
    """Split "Mon-Fri 9-17" into the days and the hours."""
    found = re.fullmatch(r"([A-Za-z]+(?:\s*(?:-|–|to)\s*[A-Za-z]+)?)\s*:?\s+(.+)", part)
    if not found:
        raise Unreadable
    return found[1], found[2]


def read_days(name: str) -> list[str]:
    """Return the days that a name means: monday, Mon, weekdays, mon-fri, or 1."""
    plain = name.strip().lower()
    if plain in ("weekdays", "weekday"):
        return list(DAYS[:5])
    if plain in ("weekend", "weekends"):
        return list(DAYS[5:])
    if plain in ("everyday", "daily", "all"):
        return list(DAYS)
    if plain in ("0", "1", "2", "3", "4", "5", "6"):
        return [DAYS[(int(plain) - 1) % 7]]
    if found := DAY_RANGE.fullmatch(plain):
        first, last = (DAYS.index(one_day(part)) for part in found.groups())
        return [DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1)]
    return [one_day(plain)]


def one_day(name: str) -> str:
    """Return the short name of a day."""
    for day, word in zip(DAYS, NAMES, strict=True):
        if len(name) >= 3 and word.startswith(name):
            return day
    if name == "thurs":
        return "thu"
    raise Unreadable


def read_day(value: Any) -> list[list[str]]:
    """Return the intervals of one day, in order."""
    if value is None or value is False or value in ([], {}, ""):
        return []
    if isinstance(value, str):
        return read_text(value)
    if isinstance(value, dict):
        return read_object({str(key).lower(): one for key, one in value.items()})
    if isinstance(value, list):
        if len(value) == 2 and all(isinstance(one, str) and TIME.fullmatch(one.strip()) for one in value):
            return [interval(*value)]
        return sorted(one for part in value for one in ([interval(*part)] if is_pair(part) else read_day(part)))
    raise Unreadable


def is_pair(part: Any) -> bool:
    """Tell whether a value is a list of two texts."""
    return isinstance(part, list) and len(part) == 2 and all(isinstance(one, str) for one in part)


def read_text(text: str) -> list[list[str]]:
    """Return the intervals of a text such as "9-12, 13-17"."""
    plain = text.strip().lower()
    if plain in ("closed", "off", "-", "none"):
        return []
    if plain in ("24h", "24 hours", "24/7", "open 24 hours", "all day"):
        return WHOLE_DAY
    found = []
    for part in re.split(r",|&|\band\b|/", plain):
        ends = RANGE.split(part.strip())
        if len(ends) != 2:
            raise Unreadable
        # "9-5 pm" gives the half of the day only for the second time. The first would be a guess.
        halves = [bool(re.search(r"[ap]\.?m", end)) for end in ends]
        if halves[0] != halves[1]:
            raise Unreadable
        found.append(interval(*ends))
    return sorted(found)


def read_object(day: dict[str, Any]) -> list[list[str]]:
    """Return the intervals of an object such as {"open": …, "close": …}."""
    if any(day.pop(key, False) is True for key in CLOSED) or any(day.pop(key, True) is False for key in OPEN):
        return []
    for key in ("intervals", "hours", "slots", "periods", "ranges"):
        if day.keys() == {key}:
            return read_day(day[key])
    opens = [day.pop(key) for key in OPENS if key in day]
    closes = [day.pop(key) for key in CLOSES if key in day]
    if day or len(opens) != 1 or len(closes) != 1:
        raise Unreadable
    if opens[0] in (None, "") and closes[0] in (None, ""):
        return []
    return [interval(opens[0], closes[0])]


def interval(opens: Any, closes: Any) -> list[str]:
    """Return an interval as two times. An empty interval is unreadable."""
    begin, end = clock(opens), clock(closes)
    if begin == "24:00" or begin == end:
        raise Unreadable
    return [begin, end]


def clock(value: Any) -> str:
    """Return HH:MM for "9", "9:00", "09.30", "5 pm" or the number 9."""
    found = (
        TIME.fullmatch(str(value).strip()) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
    )
    if not found:
        raise Unreadable
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1].lower()
    if half and not 1 <= hour <= 12:
        raise Unreadable
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if minute > 59 or hour * 60 + minute > 1440:
        raise Unreadable
    return f"{hour:02}:{minute:02}"


def overlapping(week: dict[str, list[list[str]]]) -> bool:
    """Return whether an interval begins before another one has ended, also past midnight."""
    spans = []
    for number, day in enumerate(DAYS):
        for opens, closes in week.get(day, []):
            begin, end = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
            end += 1440 if end <= begin else 0
            spans += [(begin + (number + 7 * again) * 1440, end + (number + 7 * again) * 1440) for again in (0, 1)]
    spans.sort()
    return any(later[0] < earlier[1] for earlier, later in pairwise(spans))
