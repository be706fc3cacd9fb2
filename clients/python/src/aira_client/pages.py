"""Iterate over the rows of lists, page by page."""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

from aira_client.model import converted
from aira_client.operations import Operation, request_for

if TYPE_CHECKING:
    from aira_client.async_transport import AsyncTransport
    from aira_client.transport import Transport

Row = TypeVar("Row")
Format = Literal["csv", "ndjson"]
MEDIA_TYPES: dict[str, str] = {"csv": "text/csv", "ndjson": "application/x-ndjson"}


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. The cursors continue the list later: `list(cursor=page.next_cursor)`."""

    rows: list[Row]
    next_cursor: str | None
    previous_cursor: str | None

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(answer: Mapping[str, Any], kind: Any) -> Page[Any]:
    """Return the page of an answer."""
    rows = answer["data"] if "data" in answer else answer["results"]
    return Page(converted(rows, list[kind]), cursor(answer["next"]), cursor(answer["previous"]))


def cursor(link: str | None) -> str | None:
    """Return the cursor of a link. Only the cursor is used, so that the key goes to no other address."""
    return parse_qs(urlsplit(link).query).get("cursor", [None])[0] if link else None


@contextmanager
def complete_file(file: str | os.PathLike[str]) -> Iterator[Callable[[bytes], Any]]:
    """Give a function that writes to a file. The file appears at the end, and after an error it does not."""
    part = Path(f"{os.fspath(file)}.part")
    try:
        with part.open("wb") as out:
            yield out.write
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


class Pages(Generic[Row]):
    """A list. Iterate over its rows. Pages are requested as they are needed."""

    def __init__(self, transport: "Transport", operation: Operation, kind: Any, values: Mapping[str, Any]) -> None:
        self._transport, self._operation, self._kind, self._values = transport, operation, kind, dict(values)

    def __iter__(self) -> Iterator[Row]:
        for page in self.pages():
            yield from page.rows

    def pages(self) -> Iterator[Page[Row]]:
        """Iterate over the pages."""
        values = self._values
        while True:
            page = self.page(values)
            yield page
            if page.next_cursor is None:
                return
            values = values | {"cursor": page.next_cursor}

    def page(self, values: Mapping[str, Any] | None = None) -> Page[Row]:
        """Return the first page."""
        request = request_for(self._operation, (), self._values if values is None else values)
        response = self._transport.send(request)
        return page_of(self._transport.settings.read(request, response), self._kind)

    def first(self) -> Row | None:
        """Return the first row, or None if the list is empty."""
        return next(iter(self.page(self._values | {"page_size": 1})), None)

    def download(self, file: str | os.PathLike[str], format: Format = "csv") -> None:
        """Write the whole list to a file, which appears when it is complete. It takes the scope `export`."""
        request = request_for(self._operation, (), self._values)
        with complete_file(file) as write:
            self._transport.stream(request, MEDIA_TYPES[format], write)


class AsyncPages(Generic[Row]):
    """A list. Iterate over its rows with `async for`. Pages are requested as they are needed."""

    def __init__(self, transport: "AsyncTransport", operation: Operation, kind: Any, values: Mapping[str, Any]) -> None:
        self._transport, self._operation, self._kind, self._values = transport, operation, kind, dict(values)

    async def __aiter__(self) -> AsyncIterator[Row]:
        async for page in self.pages():
            for row in page.rows:
                yield row

    async def pages(self) -> AsyncIterator[Page[Row]]:
        """Iterate over the pages."""
        values = self._values
        while True:
            page = await self.page(values)
            yield page
            if page.next_cursor is None:
                return
            values = values | {"cursor": page.next_cursor}

    async def page(self, values: Mapping[str, Any] | None = None) -> Page[Row]:
        """Return the first page."""
        request = request_for(self._operation, (), self._values if values is None else values)
        response = await self._transport.send(request)
        return page_of(self._transport.settings.read(request, response), self._kind)

    async def first(self) -> Row | None:
        """Return the first row, or None if the list is empty."""
        return next(iter(await self.page(self._values | {"page_size": 1})), None)

    async def download(self, file: str | os.PathLike[str], format: Format = "csv") -> None:
        """Write the whole list to a file, which appears when it is complete. It takes the scope `export`."""
        request = request_for(self._operation, (), self._values)
        with complete_file(file) as write:
            await self._transport.stream(request, MEDIA_TYPES[format], write)
