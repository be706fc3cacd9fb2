"""Times as staff read them: where the business is, and where they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import get_current_timezone

_own: ContextVar[str] = ContextVar("own_zone", default="")

# The days that a page shows: around them is room for a zone's offset, and for the week or month beside.
EARLIEST, LATEST = date(1971, 1, 1), date(8999, 1, 1)


def in_reach(day: date) -> date:
    return min(max(day, EARLIEST), LATEST)


@contextmanager
def staying_in(zone: str) -> Iterator[None]:
    """Whoever reads meanwhile is there. An empty one: where the site is, by TIME_ZONE."""
    token = _own.set(zone)
    try:
        yield
    finally:
        _own.reset(token)


class OwnTime:
    """Middleware: the time zone of the member of staff. Days of filters, and what is typed, stay the site's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with staying_in(getattr(request.user, "timezone", "")):
            return self.get_response(request)


def own_zone() -> tzinfo:
    """A zone that is known no longer, as after an update of the system, is the site's."""
    try:
        return ZoneInfo(_own.get()) if _own.get() else get_current_timezone()
    except (KeyError, ValueError, OSError):
        return get_current_timezone()


def both_times(at: datetime, zone: str) -> str:
    """Thu 2026-12-24 10:00 CET (09:00 UTC for you); the second only where it differs. zone: the business's."""
    text = f"{at.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M %Z}"
    own = own_clock(at, zone)
    return f"{text} ({own} for you)" if own else text


def own_clock(at: datetime, zone: str) -> str:
    """What the clock of whoever reads shows then, such as 09:00 UTC, with the day where it is another; empty where it
    shows what the business's does."""
    there, here = at.astimezone(ZoneInfo(zone)), at.astimezone(own_zone())
    if there.utcoffset() == here.utcoffset():
        return ""
    return f"{here:%H:%M %Z}" if there.date() == here.date() else f"{here:%a %H:%M %Z}"
