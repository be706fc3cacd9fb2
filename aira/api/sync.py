"""List what changed since a time, in an order in which a reader misses nothing, even beside writers."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from aira.api.expansion import expand
from aira.api.pagination import LONGEST_CURSOR, in_list_shape, page_size
from aira.api.personal_filters import table
from aira.api.query_parameters import UPDATED_SINCE, chosen, cut
from aira.api.value_fields import moment
from aira.sync import numbering
from aira.sync.models import RowPosition, SyncState

# A sync has an order of its own and includes every change, so these parameters contradict it.
REFUSED = ("ordering", "q")
# Positions are bigint.
GREATEST = 2**63 - 1


class SyncExpired(APIException):
    """Raised if changes after the cursor may be lost."""

    status_code = 410
    default_code = "sync_expired"
    default_detail = (
        "This cursor is too old: changes after it are no longer known. Empty your copy, and begin again without"
        " `cursor`, with updated_since=1970-01-01T00:00:00Z."
    )


@dataclass(frozen=True)
class Cursor:
    """Place up to which a reader has read.

    Attributes:
        position: the last position that was read, or the newest one when the reading of all rows began.
        row: the id of the last row, while the reader reads all rows. The zero UUID is before the first.
            None if it reads changes.
    """

    position: int
    row: UUID | None = None

    def text(self) -> str:
        """Return the cursor as the link has it."""
        values = ["sync", self.position, *([str(self.row)] if self.row else [])]
        return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Return the cursor of a link. Raises a problem for other texts."""
        try:
            if len(text) > LONGEST_CURSOR:
                raise ValueError("The cursor is too long.")
            name, position, *row = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if name != "sync" or type(position) is not int or not 0 <= position <= GREATEST or len(row) > 1:
                raise ValueError("The cursor belongs to another list.")
            return cls(position, UUID(row[0]) if row else None)
        except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
            raise ValidationError(
                {"cursor": ["This is not a cursor of a sync. Follow the links `next` and `resume`."]}
            ) from None


@dataclass(frozen=True)
class Page:
    """Part of a sync.

    Attributes:
        removed: the ids of rows that no longer exist, or that the filters leave out.
        more: tells whether there is more to read now.
    """

    rows: list[Any]
    removed: list[UUID]
    resume: Cursor
    more: bool


def is_sync(view: Any, request: Request) -> bool:
    """Tell whether a list is asked for as a sync."""
    return view.synced and UPDATED_SINCE in request.query_params


def answer(view: Any, request: Request, rows: QuerySet[Any]) -> Response:
    """Return one page of a sync.

    Args:
        rows: the filtered rows of the list.
    """
    check(request)
    numbering.number_all()
    state = SyncState.objects.get()
    text = request.query_params.get("cursor")
    cursor = Cursor.read(text) if text else beginning(request, state)
    if not state.kept_after <= cursor.position <= state.position:
        raise SyncExpired
    size = page_size(request)
    page = all_rows(cursor, rows, size) if cursor.row else changes(cursor, rows, size)
    serializer = view.get_serializer()
    names = chosen(request, serializer.fields)
    data = [cut(row, names) for row in view.get_serializer(page.rows, many=True).data]
    expand(view, request, page.rows, data)
    resume = link(request, page.resume)
    shape = in_list_shape(data, resume if page.more else None, None)
    return Response(shape | {"removed": [str(one) for one in page.removed], "resume": resume})


def check(request: Request) -> None:
    """Raise a problem for what a sync can't do."""
    wrong = {
        name: [f"A sync (updated_since) can't have {name}. Leave it out."]
        for name in REFUSED
        if name in request.query_params
    }
    if request.accepted_renderer.format != "json":
        wrong["format"] = ["A sync (updated_since) is JSON. For a file, leave updated_since out."]
    if wrong:
        raise ValidationError(wrong)


def beginning(request: Request, state: SyncState) -> Cursor:
    """Return the first cursor of a sync, for the time in `updated_since`."""
    try:
        since = moment(request.query_params[UPDATED_SINCE])
    except ValueError as error:
        raise ValidationError({UPDATED_SINCE: [str(error)]}) from None
    if since < state.kept_since:
        return Cursor(state.position, UUID(int=0))
    first = RowPosition.objects.filter(at__gte=since).order_by("at", "position").values_list("position", flat=True)
    return Cursor(next((one - 1 for one in first[:1]), state.position))


def all_rows(cursor: Cursor, rows: QuerySet[Any], size: int) -> Page:
    """Return the next rows by id. Rows that change meanwhile have positions after the cursor's."""
    found = list(rows.filter(pk__gt=cursor.row).order_by("pk")[: size + 1])
    if len(found) > size:
        return Page(found[:size], [], Cursor(cursor.position, found[size - 1].pk), more=True)
    return Page(found, [], Cursor(cursor.position), more=True)


def changes(cursor: Cursor, rows: QuerySet[Any], size: int) -> Page:
    """Return the rows with the next positions, as they are now."""
    positions = RowPosition.objects.filter(table_name=table(rows.model), position__gt=cursor.position)
    found = list(positions.order_by("position").values_list("position", "row_id")[: size + 1])
    more, found = len(found) > size, found[:size]
    by_id = rows.in_bulk([row for _, row in found])
    return Page(
        [by_id[row] for _, row in found if row in by_id],
        [row for _, row in found if row not in by_id],
        Cursor(found[-1][0]) if found else cursor,
        more,
    )


def link(request: Request, cursor: Cursor) -> str:
    """Return the link that continues after a cursor."""
    url = remove_query_param(request.build_absolute_uri(), "cursor")
    return replace_query_param(url, "cursor", cursor.text())
