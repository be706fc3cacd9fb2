"""What a member of staff gets to see of a personal field: the value, or its mask."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from aira.db.personal import PERSONAL, mask


def may_view_personal_data(request: HttpRequest) -> bool:
    return request.user.has_perm("console.view_personal_data")


def masked_value(request: HttpRequest, model: type[models.Model], field: str, value: Any) -> Any:
    """The value as this request's staff may see it. Fields that are not personal come back as they are."""
    kind = PERSONAL.get(model._meta.label_lower, {}).get(field)
    if kind is None or value in (None, "") or may_view_personal_data(request):
        return value
    return mask(kind, str(value))
