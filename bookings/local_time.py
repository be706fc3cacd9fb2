"""Read times as staff type them, in the time zone of a business."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from aira.formats.dates import day_text

CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?\s*(?:(?P<half>[ap])\.?m\.?)?(?:\s+(?P<offset>[a-z]{2,5}|[-+]\d\d:?\d\d))?",
    re.IGNORECASE | re.ASCII,
)
DIGITS = re.compile(r"(\d{1,2})(\d\d)", re.ASCII)
NAMED = {"noon": time(12), "midnight": time(0)}
EXAMPLES = "Write 15:00, 15.00 or 3pm."


def read_clock(text: str) -> tuple[time, str]:
    """Read a time of day, such as “3pm”, “15.00”, “3:30 pm” or “02:30 CET”.

    Returns:
        The time, and the abbreviation or offset behind it in capitals, or an empty text.

    Raises:
        ValidationError: The text is not a time of day.
    """
    written = text.strip().lower()
    if written in NAMED:
        return NAMED[written], ""
    if digits := DIGITS.fullmatch(written):
        written = f"{digits[1]}:{digits[2]}"
    found = CLOCK.fullmatch(written)
    if not found:
        raise ValidationError(f"“{text.strip()}” is not a time of day. {EXAMPLES}")
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if found["minute"] is None and half is None and 1 <= hour <= 12:
        raise ValidationError(
            f"“{text.strip()}” may be morning or afternoon. Write {hour}am, {hour}pm or {hour:02}:00."
        )
    if half:
        if not 1 <= hour <= 12:
            raise ValidationError(f"“{text.strip()}” is not a time of day. {EXAMPLES}")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise ValidationError(f"“{text.strip()}” is not a time of day. {EXAMPLES}")
    return time(hour, minute), (found["offset"] or "").upper().replace(":", "")


def moments(day: date, clock: time, zone: str) -> list[datetime]:
    """Return the moments at which a clock in the zone shows this time.

    There is one, or none in the hour that a change of clocks skips, or two in the hour that it repeats.
    """
    there = ZoneInfo(zone)
    found = []
    for fold in (0, 1):
        local = datetime.combine(day, clock, there).replace(fold=fold)
        back = local.astimezone(UTC).astimezone(there)
        if back.replace(tzinfo=None) == local.replace(tzinfo=None) and back.astimezone(UTC) not in found:
            found.append(back.astimezone(UTC))
    return [moment.astimezone(there) for moment in found]


def moment_at(day: date, text: str, zone: str) -> datetime:
    """Return the moment of a day and a time of day as staff type it, in UTC.

    Python compares times of a repeated hour as never equal, unless both are in UTC.

    Raises:
        ValidationError: The text is not a time of day, or the zone's clocks skip or repeat it.
    """
    clock, offset = read_clock(text)
    found = moments(day, clock, zone)
    if offset:
        found = [one for one in found if offset in (f"{one:%Z}".upper(), f"{one:%z}")]
        if not found:
            raise ValidationError(f"{zone} has no {offset} at that time. Write {clock:%H:%M}.")
    if not found:
        raise ValidationError(f"The clocks of {zone} skip {clock:%H:%M} on {day_text(day)}. Choose another time.")
    if len(found) > 1:
        choices = " or ".join(f"{clock:%H:%M} {one:%Z}" for one in found)
        raise ValidationError(f"The clocks of {zone} show {clock:%H:%M} twice on {day_text(day)}. Write {choices}.")
    return found[0].astimezone(UTC)


def clock_text(at: datetime, zone: str) -> str:
    """Return the time of day so that `moment_at` reads it back, such as “15:00” or “02:30 CET”."""
    there = at.astimezone(ZoneInfo(zone))
    clock = f"{there:%H:%M}"
    return (
        clock
        if len(moments(there.date(), there.time().replace(second=0, microsecond=0), zone)) < 2
        else f"{clock} {there:%Z}"
    )
