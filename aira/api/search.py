"""Which rows of a list are meant: filters, and `?q=`, the console's search."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from aira.api.pagination import ordering
from aira.api.personal import begin_search, check_filters, check_ordering
from aira.console.meant import meant

EVERYWHERE = {"cursor", "page_size", "ordering", "fields", "format"}
FOUND = 100


class Filters(DjangoFilterBackend):
    """Refuses a parameter that it does not know: a filter with a typo would give everything."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filters = self.get_filterset_class(view, queryset)
        known = EVERYWHERE | set(filters.base_filters if filters else ()) | ({"q"} if view.searches else set())
        if unknown := sorted(set(request.query_params) - known):
            wrong = {name: [f"There is no such parameter; there are {', '.join(sorted(known))}."] for name in unknown}
            raise ValidationError(wrong)
        check_filters(request, queryset.model, filters)
        check_ordering(queryset.model, ordering(request, view)[1])
        found: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return found


class Search(BaseFilterBackend):
    """view.searches: kind of what is found → path to it from a row."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        text = request.query_params.get("q", "").strip()
        if not (text and view.searches):
            return queryset
        begin_search(request, queryset.model, text, view.searches)
        return queryset.filter(meant(text, FOUND, view.searches))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        if not view.searches:
            return []
        what = (
            "An id, e-mail, phone number, Twilio sid, payment intent or words; of many, the first 100. Without"
            " personal:read, people are found by a whole e-mail, a whole phone number or a whole word of the name alone"
        )
        return [{"name": "q", "in": "query", "required": False, "description": what, "schema": {"type": "string"}}]
