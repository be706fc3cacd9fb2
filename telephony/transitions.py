"""What staff do with one phone number, by buttons."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from aira.adminkit.transitions import Transition, restore, trash_many
from telephony.models import BusinessNumber

CHANGE = "telephony.change_businessnumber"


def switch(active: bool) -> Any:
    def do(request: HttpRequest, row: BusinessNumber, data: dict[str, Any]) -> str:
        BusinessNumber.objects.filter(pk=row.pk).update(is_active=active)
        return f"{row.phone_number} {'answers calls' if active else 'answers no more calls'}."

    return do


NUMBER = (
    Transition(
        name="deactivate", label="Deactivate", permission=CHANGE, do=switch(False), danger=True,
        offered=lambda row: row.is_active and row.deleted_at is None, bulk=Q(is_active=True, deleted_at=None),
        what=lambda row: f"From now on the Voice Agent finds no business for calls to {row.phone_number}. It stays "
        "with its owner, and is billed.",
    ),
    Transition(
        name="activate", label="Activate", permission=CHANGE, do=switch(True),
        offered=lambda row: not row.is_active and row.deleted_at is None, bulk=Q(is_active=False, deleted_at=None),
        what=lambda row: f"The Voice Agent answers calls to {row.phone_number} again.",
    ),
    restore(BusinessNumber),
    *trash_many(BusinessNumber),
)  # fmt: skip
