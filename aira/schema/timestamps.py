"""Times past the ends of Python's calendar are read as its ends: one row of them would take everybody's list away."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from psycopg import DataError
from psycopg.postgres import types
from psycopg.pq import Format

# Of years that a change of zone does not leave.
EARLIEST, LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class WithinCalendar:
    """On top of a loader of psycopg's."""

    def load(self, data: Any) -> datetime:
        try:
            at: datetime = super().load(data)  # type: ignore[misc]
        except DataError:
            text = bytes(data)
            return EARLIEST if text.startswith(b"-") or text.endswith(b"BC") else LATEST
        return min(max(at, EARLIEST), LATEST)


@cache
def on_top_of(known: type) -> type:
    return type("Loader", (WithinCalendar, known), {})


def read_all_times(*, connection: Any, **_: Any) -> None:
    """On each new connection of Django's, and each time that a pool hands one out: on top of Django's own loader, whose
    zone it looks at."""
    adapters = connection.connection.adapters
    known = adapters.get_loader(types["timestamptz"].oid, Format.TEXT)
    if not issubclass(known, WithinCalendar):
        adapters.register_loader("timestamptz", on_top_of(known))
