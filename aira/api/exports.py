"""Export any list as CSV or NDJSON. A server-side cursor reads the rows as fast as the client does."""

from collections.abc import Callable, Generator, Iterable, Iterator
from decimal import Decimal
from itertools import batched
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.http import StreamingHttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.fields import DecimalField
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from aira.api.authentication import key_of
from aira.api.money import MoneyOf, MoneyPerCurrency
from aira.api.pagination import ordering, page_size
from aira.api.permissions import require_scope
from aira.api.query_parameters import EXPAND, chosen, cut
from aira.api.scopes import EXPORT
from aira.api.write_transaction import reason_of
from aira.exports.list_exports import PERMISSION, StartedStream, cursor_transaction, file_name, record_export
from aira.exports.spreadsheets import csv_lines
from aira.schema import replica
from aira.web.request_identity import actor_of

CHUNK = 500
NESTED = (MoneyOf, MoneyPerCurrency)


class Csv(JSONRenderer):
    """Renderer for `?format=csv` and `Accept: text/csv`. It renders problems only, since rows are streamed."""

    media_type = "text/csv"
    format = "csv"


class Ndjson(JSONRenderer):
    """Renderer for `?format=ndjson` and `Accept: application/x-ndjson`."""

    media_type = "application/x-ndjson"
    format = "ndjson"


def require_permission(request: Request, resource: str) -> None:
    """Check that the caller may export a list. Raises a problem otherwise."""
    key = key_of(request)
    if key:
        require_scope(key, f"{resource}:{EXPORT}")
    elif not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def require_reason(request: Request) -> str:
    """Return the reason of an export. Raises ValidationError without one."""
    reason = getattr(request._request, "reason", None) or reason_of(request)
    if not reason:
        raise ValidationError(
            {"X-Reason": ["An export needs a reason. Send it in the header X-Reason. It is recorded with the export."]}
        )
    return str(reason)


def export(view: Any, request: Request, queryset: QuerySet[Any]) -> StreamingHttpResponse:
    """Stream the filtered rows in the list's order. The export is recorded with its reason."""
    if EXPAND in request.query_params:
        raise ValidationError({EXPAND: ["A file can't have expand. Leave it out, or ask for JSON."]})
    # A file has no pages, but a wrong size would be refused elsewhere.
    page_size(request)
    require_permission(request, view.resource)
    reason = require_reason(request)
    renderer = request.accepted_renderer
    kind: str = renderer.format
    serializer = view.get_serializer()
    # A cell holds one value. The amount and the currency have columns of their own.
    known = [name for name, field in serializer.fields.items() if kind != "csv" or not isinstance(field, NESTED)]
    columns = chosen(request, known) or known
    # Record the names of the filters only. Their values may be personal data.
    details = {"format": kind, "filters": sorted(request.query_params)}
    record_export(queryset.model, details, reason, actor_of(request._request))
    ordered = queryset.order_by(*ordering(request, view)[1])

    def ask(using: str) -> StartedStream[bytes]:
        found = rows_of(ordered.using(using), serializer.to_representation)
        # Errors of the query are raised here, with a status of their own. Later errors can only break off the stream.
        lines = csv_lines(columns, cells(columns, serializer, found)) if kind == "csv" else as_ndjson(columns, found)
        return StartedStream(whole_lines(lines))

    parts, source = replica.read(ask)
    return StreamingHttpResponse(
        parts,
        content_type=f"{renderer.media_type}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(view.resource, kind)}"',
            # A proxy that buffers would hide that a stream broke off.
            "X-Accel-Buffering": "no",
            "X-Read-From": str(source),
        },
    )


def rows_of(queryset: QuerySet[Any], represent: Callable[[Any], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rows through a server-side cursor."""
    with cursor_transaction(queryset.db):
        # QuerySet.iterator() avoids server-side cursors here, since a pooler needs a transaction around them.
        found: Any = ModelIterable(queryset, chunked_fetch=True, chunk_size=CHUNK)
        for row in found:
            yield represent(row)


def cells(columns: list[str], serializer: Any, found: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """Yield rows with amounts as numbers. JSON has them as strings."""
    amounts = {name for name in columns if isinstance(serializer.fields[name], DecimalField)}
    for row in found:
        yield [Decimal(row[name]) if name in amounts and row[name] is not None else row[name] for name in columns]


def as_ndjson(columns: list[str], found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield rows as lines of JSON."""
    encoder = JSONEncoder(ensure_ascii=False, separators=(",", ":"))
    for row in found:
        yield encoder.encode(cut(row, columns)) + "\n"


def whole_lines(lines: Iterator[str]) -> Generator[bytes]:
    """Yield parts that end with a complete row."""
    sent = False
    for some in batched(lines, CHUNK):
        sent = True
        yield "".join(some).encode()
    if not sent:
        yield b""
