"""List rows whose account may have been erased."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest


class OutlivesAccount:
    """Base of lists whose rows stay after their account was erased. A join would leave them out."""

    list_select_related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows, with their accounts by a query of their own."""
        found: QuerySet[Any] = super().get_queryset(request).prefetch_related("user")  # type: ignore[misc]
        return found
