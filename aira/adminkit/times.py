"""Show times in the time zone of the business, and in that of the member of staff."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import get_current_timezone

from aira.formats.dates import time_text

_own: ContextVar[str] = ContextVar("own_zone", default="")

# The range of dates that pages show. It leaves room for a zone's offset, and for the adjacent week or month.
EARLIEST, LATEST = date(1971, 1, 1), date(8999, 1, 1)


def in_reach(day: date) -> date:
    """Return the nearest date that pages can show."""
    return min(max(day, EARLIEST), LATEST)


@contextmanager
def use_time_zone(zone: str) -> Iterator[None]:
    """Show times in this zone to the reader. An empty zone means the site's TIME_ZONE."""
    token = _own.set(zone)
    try:
        yield
    finally:
        _own.reset(token)


class StaffTimeZone:
    """Middleware that sets the time zone of the member of staff. Filters and inputs use the site's time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request in the time zone of the member of staff."""
        with use_time_zone(getattr(request.user, "timezone", "")):
            return self.get_response(request)


def own_zone() -> tzinfo:
    """Return the reader's time zone.

    Fall back to the site's zone if it is unknown, for example after a system update.
    """
    try:
        return ZoneInfo(_own.get()) if _own.get() else get_current_timezone()
    except (KeyError, ValueError, OSError):
        return get_current_timezone()


def both_times(at: datetime, zone: str) -> str:
    """Return a time such as “Thu 24 Dec 2026 10:00 CET (09:00 UTC for you)”.

    The part in brackets appears only if it differs.

    Args:
        zone: the time zone of the business.
    """
    text = time_text(at.astimezone(ZoneInfo(zone)), weekday=True)
    own = own_clock(at, zone)
    return f"{text} ({own} for you)" if own else text


def own_clock(at: datetime, zone: str) -> str:
    """Return the time on the reader's clock, such as “09:00 UTC”, with the day if it differs.

    Empty if both clocks agree.
    """
    there, here = at.astimezone(ZoneInfo(zone)), at.astimezone(own_zone())
    if there.utcoffset() == here.utcoffset():
        return ""
    return f"{here:%H:%M %Z}" if there.date() == here.date() else f"{here:%a %H:%M %Z}"
