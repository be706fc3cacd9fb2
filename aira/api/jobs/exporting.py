"""Export a list in the background, page by page, so that no transaction is long and a killed worker loses one page."""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from aira.adminkit.exports import COUNT_TIMEOUT, XLSX_LIMIT
from aira.api.exports import as_ndjson, cells, require_permission
from aira.api.jobs.callers import acting_for, request_as, sees_people, view_as, viewset_of
from aira.api.jobs.models import ApiJob, ExportChunk
from aira.api.jobs.progress import finish, progressed, step
from aira.api.pagination import ordering, plain, rows_after
from aira.api.query_parameters import FORMAT, PAGES, chosen, of_list, refuse_parameters
from aira.exports.spreadsheets import csv_lines, xlsx
from aira.schema import replica
from aira.schema.sql_calls import rows

# The rows of a page, and the bytes of a chunk of XLSX.
PAGE, CHUNK = 1000, 1024 * 1024
# Bytes of a compressed file, which is stored in the database.
LARGEST = 2 * 1024**3
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TooManyRows(APIException):
    """Raised if a list has more rows than the format holds."""

    status_code = 400
    default_code = "too_many_rows"


class FileTooLarge(APIException):
    """Raised if a file would fill the database."""

    status_code = 400
    default_code = "file_too_large"


@dataclass(frozen=True)
class Listed:
    """List that is exported, as its caller sees it.

    Attributes:
        order: the columns of the order.
        columns: the members of a row, in their order.
    """

    request: Request
    view: Any
    order: list[str]
    columns: list[str]

    @classmethod
    def of(cls, caller: Any, resource: str, filters: dict[str, str]) -> "Listed":
        """Return the list. Raises a problem if the caller may not export it, or if a filter is not valid."""
        request = request_as(caller, "GET", f"/api/v1/{resource}/", filters)
        view = view_as(viewset_of(resource), "list", request)
        require_permission(request, resource)
        refuse_parameters(request, of_list(view) - {FORMAT, *(PAGES - {"ordering"})})
        serializer = view.get_serializer()
        columns = chosen(request, serializer.fields) or list(serializer.fields)
        return cls(request, view, ordering(request, view)[1], columns)

    def rows(self) -> Any:
        """Return the rows in their order."""
        return self.view.filter_queryset(self.view.get_queryset()).order_by(*self.order)

    def after(self, row: Any) -> list[Any]:
        """Return the values of the order in a row, from which a page can continue."""
        return [plain(getattr(row, column.removeprefix("-"))) for column in self.order]

    def page(self, queryset: Any, after: list[Any] | None) -> list[Any]:
        """Return the rows after these values."""
        if after is not None:
            fields = [queryset.model._meta.get_field(column.removeprefix("-")) for column in self.order]
            values = [field.to_python(value) for field, value in zip(fields, after, strict=True)]
            queryset = queryset.filter(rows_after(self.order, values))
        found, _ = replica.read(lambda using: list(queryset.using(using)[:PAGE]))
        return found

    def values(self, serializer: Any, page: Iterable[Any]) -> Iterable[list[Any]]:
        """Return the cells of rows."""
        return cells(self.columns, serializer, (serializer.to_representation(row) for row in page))


def run(job: ApiJob, caller: Any, should_stop: Callable[[], bool]) -> bool:
    """Write the file. Return False if the worker shall stop before its end."""
    content = job.request or {}
    listed = Listed.of(caller, content["resource"], content["filters"])
    with acting_for(job, listed.request):
        queryset = listed.rows()
        personal = sees_people(caller)
        if job.personal and not personal:
            # Its first part is unmasked, and the rest would be masked.
            begin_again(job)
        total = count(queryset) if job.total is None else job.total
        with step(job):
            progressed(job, personal=personal, total=total)
        write = write_book if content["format"] == "xlsx" else write_lines
        return write(job, listed, queryset, should_stop)


def begin_again(job: ApiJob) -> None:
    """Remove what was written."""
    with step(job):
        job.chunks.all().delete()
        progressed(job, after=None, done=0)
    job.after, job.done = None, 0


def count(queryset: Any) -> int | None:
    """Count the rows. Return None if that takes too long."""
    try:
        with transaction.atomic():
            rows("select set_config('statement_timeout', %s, true)", COUNT_TIMEOUT)
            found: int = queryset.order_by().count()
            return found
    except DatabaseError:
        return None


def write_lines(job: ApiJob, listed: Listed, queryset: Any, should_stop: Callable[[], bool]) -> bool:
    """Write CSV or NDJSON, a chunk for each page. A stopped job continues after its last row."""
    serializer = listed.view.get_serializer()
    kind, after, done = (job.request or {})["format"], job.after, job.done
    first = not job.chunks.exists()
    while not should_stop():
        page = listed.page(queryset, after)
        if kind == "csv":
            lines = list(csv_lines(listed.columns, listed.values(serializer, page)))[0 if first else 1 :]
        else:
            lines = list(as_ndjson(listed.columns, (serializer.to_representation(row) for row in page)))
        first, done = False, done + len(page)
        after = listed.after(page[-1]) if page else after
        with step(job):
            add(job, "".join(lines).encode())
            if len(page) < PAGE:
                finish(job, done=done, total=done, after=None, **sizes(job))
                return True
            progressed(job, done=done, after=after)
    return False


def write_book(job: ApiJob, listed: Listed, queryset: Any, should_stop: Callable[[], bool]) -> bool:
    """Write XLSX, which has to be made as a whole. A stopped job begins again."""
    begin_again(job)
    serializer = listed.view.get_serializer()
    found: list[list[Any]] = []
    after = None
    while not should_stop():
        page = listed.page(queryset, after)
        found += listed.values(serializer, page)
        if len(found) > XLSX_LIMIT:
            raise TooManyRows(
                f"XLSX can have at most {XLSX_LIMIT:,} rows, but the list has more. Choose csv, or filter it."
            )
        with step(job):
            if len(page) < PAGE:
                book = xlsx(listed.view.resource, listed.columns, found)
                for start in range(0, len(book), CHUNK):
                    add(job, book[start : start + CHUNK])
                finish(job, done=len(found), total=len(found), **sizes(job))
                return True
            progressed(job, done=len(found))
        after = listed.after(page[-1])
    return False


def add(job: ApiJob, content: bytes) -> None:
    """Append a chunk to the file. For use in a step."""
    last = job.chunks.order_by("-position").defer("content").first()
    packed = pack(content)
    if last and last.packed_start + last.packed_size + len(packed) > LARGEST:
        raise FileTooLarge(f"The file would have more than {LARGEST:,} bytes. Filter the list, and make several files.")
    ExportChunk.objects.create(
        job=job,
        position=last.position + 1 if last else 0,
        start=last.start + last.size if last else 0,
        size=len(content),
        packed_start=last.packed_start + last.packed_size if last else 0,
        packed_size=len(packed),
        content=packed,
    )


def pack(content: bytes) -> bytes:
    """Return the content as a member of a gzip file. It has no time, so it depends on the content only."""
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(content) + packer.flush()


def unpack(content: bytes) -> bytes:
    """Return the content of a chunk."""
    return zlib.decompress(content, zlib.MAX_WBITS | 16)


def sizes(job: ApiJob) -> dict[str, int]:
    """Return the sizes of the whole file, as it is and compressed."""
    last = job.chunks.order_by("-position").defer("content").first()
    if last is None:
        return {"size": 0, "packed_size": 0}
    return {"size": last.start + last.size, "packed_size": last.packed_start + last.packed_size}
