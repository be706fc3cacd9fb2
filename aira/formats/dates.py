"""Write dates and times for people, in the one format of the console. Addresses, exports and the API use ISO 8601."""

from datetime import date, datetime

from django.utils.dateformat import format as formatted

from aira.formats.en.formats import DATE_FORMAT, TIME_FORMAT


def day_text(day: date, *, weekday: bool = False) -> str:
    """Return a day such as “24 Dec 2026” or “Thu 24 Dec 2026”."""
    return str(formatted(day, f"D {DATE_FORMAT}" if weekday else DATE_FORMAT))


def time_text(at: datetime, *, weekday: bool = False, seconds: bool = False, zone: bool = True) -> str:
    """Return a time in its own zone, such as “24 Dec 2026 10:00 CET”.

    Args:
        weekday: begin with the day of the week.
        seconds: write them, where the order of events matters.
        zone: end with the name of the zone. A page that names the zone elsewhere leaves it out.
    """
    parts = ("D " if weekday else "", f"{DATE_FORMAT} {TIME_FORMAT}", ":s" if seconds else "", " T" if zone else "")
    return str(formatted(at, "".join(parts)))
