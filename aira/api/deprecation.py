"""Mark operations as deprecated. The headers `Deprecation` and `Sunset` and the description follow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.http import http_date

GUIDE = "/api/v1/reference/#section/Versioning"
# How long a deprecated operation works at least.
NOTICE_DAYS = 180


@dataclass(frozen=True)
class Deprecation:
    """State since when an operation is deprecated and until when it works. Both days are in UTC.

    Attributes:
        use: what to call instead, as the end of the sentence "Use …".
    """

    since: date
    sunset: date
    use: str

    def __post_init__(self) -> None:
        if (self.sunset - self.since).days < NOTICE_DAYS:
            raise ValueError(f"The sunset {self.sunset} is less than {NOTICE_DAYS} days after {self.since}.")

    @property
    def headers(self) -> dict[str, str]:
        """The headers of each response (RFC 9745 and RFC 8594)."""
        return {
            "Deprecation": f"@{seconds(self.since)}",
            "Sunset": http_date(seconds(self.sunset)),
            "Link": f'<{GUIDE}>; rel="deprecation"; type="text/html"',
        }

    @property
    def text(self) -> str:
        """The sentences for the reference."""
        return f"Deprecated since {self.since}. It works until {self.sunset}. Use {self.use}."


def seconds(day: date) -> int:
    """Return the beginning of a day in UTC as seconds since 1970."""
    return int(datetime.combine(day, time(), UTC).timestamp())


def deprecated[T: Callable[..., Any]](*, since: date, sunset: date, use: str) -> Callable[[T], T]:
    """Mark an action, or a viewset with all its actions, as deprecated."""
    deprecation = Deprecation(since, sunset, use)

    def mark(marked: T) -> T:
        marked.deprecation = deprecation  # type: ignore[attr-defined]
        return marked

    return mark


def deprecation_of(view: Any) -> Deprecation | None:
    """Return the deprecation of the view's current action, or else of the whole view."""
    action = getattr(view, getattr(view, "action", None) or "", None)
    found: Deprecation | None = getattr(action, "deprecation", None) or getattr(view, "deprecation", None)
    return found
