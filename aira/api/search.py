"""Which rows of a list are meant: filters, the trash, and `?q=`, the console's search."""

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import QuerySet
from django_filters.filterset import FILTER_FOR_DBFIELD_DEFAULTS
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from aira.api.pagination import ordering
from aira.api.personal_filters import begin_search, check_filters, check_ordering
from aira.api.query_parameters import SEARCH, TRASHED, has_trash
from aira.api.value_fields import NO_PLUS, MomentFormField, TruthFormField, one_of
from aira.search.search_filter import search_filter

FOUND = 100
ENDS = ("lt", "lte")


class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = MomentFormField


class TruthFilter(django_filters.BooleanFilter):
    field_class = TruthFormField


class FilterForm(forms.Form):
    """All filters of a list together. Each error says what is allowed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                called = field.queryset.model._meta.verbose_name  # type: ignore[union-attr]
                field.error_messages["invalid_choice"] = f"There is no {called} with this id."
            elif isinstance(field, forms.ChoiceField):
                choices: Any = field.choices
                field.error_messages["invalid_choice"] = one_of(value for value, _ in choices if value != "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.fields:
            text = self.data.get(name, "")
            # A phone number whose "+" was decoded; stripped, it would silently find nothing.
            if isinstance(cleaned.get(name), str) and text.startswith(" ") and text.strip().isdigit():
                self.add_error(name, NO_PLUS.replace(" of the offset", ""))
            stem, _, lookup = name.rpartition("__")
            for end in (f"{stem}__{end}" for end in ENDS if lookup == "gte"):
                first, last = cleaned.get(name), cleaned.get(end)
                if first is not None and last is not None and first > last:
                    self.add_error(name, f"`{name}` is greater than `{end}`. Exchange the two.")
        return cleaned


class ListFilters(FilterSet):
    FILTER_DEFAULTS = {
        **FILTER_FOR_DBFIELD_DEFAULTS,
        models.DateTimeField: {"filter_class": MomentFilter},
        models.BooleanField: {"filter_class": TruthFilter},
    }

    class Meta:
        form = FilterForm


class Filters(DjangoFilterBackend):
    filterset_base = ListFilters

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filters = self.get_filterset(request, queryset, view)
        if filters is None:
            return queryset
        if not filters.is_valid():
            # The library would take a "%" in a message for a placeholder.
            raise ValidationError({name: [str(text) for text in texts] for name, texts in filters.errors.items()})
        check_filters(request, queryset.model, filters)
        check_ordering(queryset.model, ordering(request, view)[1])
        found: QuerySet[Any] = filters.qs
        return found


class Trash(BaseFilterBackend):
    """`?trashed=`: a list holds no rows of the trash unless it is asked for them."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if not has_trash(view):
            return queryset
        rows: Any = queryset
        match request.query_params.get(TRASHED, "false"):
            case "false":
                return rows.alive()
            case "true":
                return rows.trashed()
            case "any":
                return queryset
        raise ValidationError({TRASHED: [one_of(("true", "false", "any"))]})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        if view.action != "list" or not has_trash(view):
            return []
        schema = {"type": "string", "enum": ["true", "false", "any"], "default": "false"}
        what = "Rows of the trash: none (false), only these (true), or both (any)"
        return [{"name": TRASHED, "in": "query", "required": False, "description": what, "schema": schema}]


class Search(BaseFilterBackend):
    """view.searches: kind of what is found → path to it from a row."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        text = request.query_params.get(SEARCH, "").strip()
        if not (text and view.searches):
            return queryset
        begin_search(request, queryset.model, text, view.searches)
        return queryset.filter(search_filter(text, FOUND, view.searches))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        if view.action != "list" or not view.searches:
            return []
        what = (
            "An id, e-mail, phone number, Twilio sid, payment intent or words; of many, the first 100. Without"
            " personal:read, people are found by a whole e-mail, a whole phone number or a whole word of the name alone"
        )
        return [{"name": SEARCH, "in": "query", "required": False, "description": what, "schema": {"type": "string"}}]
