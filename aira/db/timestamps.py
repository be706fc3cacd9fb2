"""Times past the ends of Python's calendar are read as its ends: one row of them would take everybody's list away."""

from datetime import UTC, datetime
from typing import Any

from psycopg import DataError
from psycopg.postgres import types
from psycopg.pq import Format

# Of years that a change of zone does not leave.
EARLIEST, LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def read_all_times(*, connection: Any, **_: Any) -> None:
    """On each new connection of Django's; on top of its own loader, whose zone it looks at."""
    adapters = connection.connection.adapters
    known = adapters.get_loader(types["timestamptz"].oid, Format.TEXT)

    class Within(known):  # type: ignore[misc, valid-type]
        def load(self, data: Any) -> datetime:
            try:
                at: datetime = super().load(data)
            except DataError:
                text = bytes(data)
                return EARLIEST if text.startswith(b"-") or text.endswith(b"BC") else LATEST
            return min(max(at, EARLIEST), LATEST)

    adapters.register_loader("timestamptz", Within)
