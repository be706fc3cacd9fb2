"""Read times outside of Python's range as its ends, since one such row would break whole lists."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from psycopg import DataError
from psycopg.postgres import types
from psycopg.pq import Format

# Years whose conversion to another zone stays in range.
EARLIEST, LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class WithinCalendar:
    """Mixin over a loader of psycopg."""

    def load(self, data: Any) -> datetime:
        """Return the time, limited to the range."""
        try:
            at: datetime = super().load(data)  # type: ignore[misc]
        except DataError:
            text = bytes(data)
            return EARLIEST if text.startswith(b"-") or text.endswith(b"BC") else LATEST
        return min(max(at, EARLIEST), LATEST)


@cache
def on_top_of(known: type) -> type:
    """Return the loader with the limits."""
    return type("Loader", (WithinCalendar, known), {})


def read_all_times(*, connection: Any, **_: Any) -> None:
    """Register the loader on each new connection of Django, and whenever a pool hands one out.

    It extends Django's own loader, whose time zone it uses.
    """
    adapters = connection.connection.adapters
    known = adapters.get_loader(types["timestamptz"].oid, Format.TEXT)
    if not issubclass(known, WithinCalendar):
        adapters.register_loader("timestamptz", on_top_of(known))
