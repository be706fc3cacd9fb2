"""Where the console's pages of a model are."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse


def page_of(row: models.Model) -> str:
    return page_at(type(row), row.pk)


def page_at(model: type[models.Model], pk: Any) -> str:
    # Quoted, as the admin reads it: in an id such as pi_12, _12 would be a character.
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[quote(pk)])


def listed(model: Any, **filters: Any) -> str:
    """The list, with these filters."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address
