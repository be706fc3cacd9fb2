"""Operations of slots, and the arguments of their methods."""

from datetime import date, datetime
from typing import Required
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import Slot
from aira_client.generated.options import Options


class SlotsList(Options, total=False):
    """Arguments of `slots.list`."""

    business: Required[UUID | str]
    end: Required[datetime | str | date]
    """A time with an offset, or a date such as 2026-12-24 in the business's time zone. Excluded, at most 62 days
    later.
    """
    start: Required[datetime | str | date]
    """A time with an offset, or a date such as 2026-12-24 in the business's time zone."""
    duration: int
    """Minutes."""
    limit: int
    step: int | None
    """Minutes between two starts. Default: the step of the business."""


class SlotsNearest(Options, total=False):
    """Arguments of `slots.nearest`."""

    business: Required[UUID | str]
    near: Required[datetime | str | date]
    """A time with an offset, or a date such as 2026-12-24 in the business's time zone."""
    duration: int
    """Minutes."""
    limit: int


LIST = operations.Operation(
    "slots.list",
    "GET",
    "/api/v1/slots",
    query=("business", "duration", "end", "limit", "start", "step"),
    headers={"request_id": "X-Request-Id"},
    answers={200: list[Slot]},
)
NEAREST = operations.Operation(
    "slots.nearest",
    "GET",
    "/api/v1/slots/nearest",
    query=("business", "duration", "limit", "near"),
    headers={"request_id": "X-Request-Id"},
    answers={200: list[Slot]},
)
