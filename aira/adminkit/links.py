"""Build the addresses of the console's pages of a model."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def within_site(wanted: str, fallback: str) -> str:
    """Return the page to return to: the wanted one if it is an address of this site, otherwise the fallback."""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else fallback


def page_of(row: models.Model) -> str:
    """Return the address of a row's page."""
    return page_at(type(row), row.pk)


def page_at(model: type[models.Model], pk: Any) -> str:
    """Return the address of the page of a row with this key."""
    # The admin unquotes keys: without quoting, it would read “_12” in an id such as pi_12 as an escaped character.
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[quote(pk)])


def listed(model: Any, **filters: Any) -> str:
    """Return the address of a model's list with these filters."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address
