"""Buttons of the console for phone numbers."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from aira.adminkit.effects import PUT_BACK, switched
from aira.adminkit.transitions import Transition, restore, trash_many
from telephony.models import BusinessNumber

CHANGE = "telephony.change_businessnumber"


def switch(active: bool) -> Any:
    """Return the function of a button that activates or deactivates a number."""

    def do(request: HttpRequest, row: BusinessNumber, data: dict[str, Any]) -> str:
        BusinessNumber.objects.filter(pk=row.pk).update(is_active=active)
        return f"The Voice Agent {'answers' if active else 'no longer answers'} calls to {row.phone_number}."

    return do


NUMBER = (
    Transition(
        name="deactivate", label="Deactivate", permission=CHANGE, do=switch(False), danger=True,
        way=PUT_BACK, remember=switched("is_active"),
        offered=lambda row: row.is_active and row.deleted_at is None, bulk=Q(is_active=True, deleted_at=None),
        what=lambda row: f"The Voice Agent no longer answers calls to {row.phone_number}. The number stays with "
        "its owner, who still pays for it.",
    ),
    Transition(
        name="activate", label="Activate", permission=CHANGE, do=switch(True),
        way=PUT_BACK, remember=switched("is_active"),
        offered=lambda row: not row.is_active and row.deleted_at is None, bulk=Q(is_active=False, deleted_at=None),
        what=lambda row: f"The Voice Agent answers calls to {row.phone_number} again.",
    ),
    restore(BusinessNumber),
    *trash_many(BusinessNumber),
)  # fmt: skip
