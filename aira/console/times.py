"""Times as staff read them: where the business is, and where they are."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.timezone import get_current_timezone


def both_times(at: datetime, zone: str) -> str:
    """Thu 2026-12-24 10:00 CET (09:00 UTC for you); the second only where it differs. zone: the business's."""
    there = at.astimezone(ZoneInfo(zone))
    here = at.astimezone(get_current_timezone())
    text = f"{there:%a %Y-%m-%d %H:%M %Z}"
    if there.utcoffset() == here.utcoffset():
        return text
    day = "" if there.date() == here.date() else f"{here:%a} "
    return f"{text} ({day}{here:%H:%M %Z} for you)"
