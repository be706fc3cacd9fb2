"""Choose the rows of a list by filters, the trash and `?q=`, the search of the console."""

import json
import re
from collections.abc import Iterable
from typing import Any, override

import django_filters
from django import forms
from django.core.exceptions import ValidationError as InvalidValue
from django.db import models
from django.db.models import QuerySet
from django_filters.filterset import FILTER_FOR_DBFIELD_DEFAULTS
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from aira.api.pagination import ordering
from aira.api.personal_filters import begin_search, check_filters, check_ordering
from aira.api.query_parameters import METADATA, SEARCH, TRASHED, UPDATED_SINCE, has_metadata, has_trash
from aira.api.value_fields import NO_PLUS, AmountFormField, MomentFormField, TruthFormField, allowed_values
from aira.search.search_filter import search_filter

FOUND = 100
ENDS = ("lt", "lte")
# Spellings of JSON that a text of metadata[key]=… may also mean.
SCALAR = re.compile(r"true|false|-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,10})?")


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Filter by a time with an offset."""

    field_class = MomentFormField


class AmountFilter(django_filters.NumberFilter):
    """Filter by an amount in plain digits."""

    field_class = AmountFormField


class TruthFilter(django_filters.BooleanFilter):
    """Filter by true or false."""

    field_class = TruthFormField


class ChoicesFormField(forms.Field):
    """Form field of one choice or several, with commas between them."""

    def __init__(self, *, known: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known = list(known)

    @override
    def to_python(self, value: Any) -> list[str] | None:
        if value in self.empty_values:
            return None
        values = [one.strip() for one in str(value).split(",")]
        if set(values) - set(self.known):
            several = " Separate several with commas." if "," in str(value) else ""
            raise InvalidValue(f"{allowed_values(self.known)}{several}")
        return values


class ChoicesFilter(django_filters.Filter):
    """Filter by one choice or several."""

    field_class = ChoicesFormField


class FilterForm(forms.Form):
    """Form of all filters of a list. Each error lists the allowed values."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                called = field.queryset.model._meta.verbose_name  # type: ignore[union-attr]
                field.error_messages["invalid_choice"] = f"No {called} has this id."
            elif isinstance(field, forms.ChoiceField):
                choices: Any = field.choices
                field.error_messages["invalid_choice"] = allowed_values(value for value, _ in choices if value != "")

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.fields:
            text = self.data.get(name, "")
            # The “+” of a phone number was decoded as a space, so the filter would silently find nothing.
            if isinstance(cleaned.get(name), str) and text.startswith(" ") and text.strip().isdigit():
                self.add_error(name, NO_PLUS)
            stem, _, lookup = name.rpartition("__")
            for end in (f"{stem}__{end}" for end in ENDS if lookup == "gte"):
                first, last = cleaned.get(name), cleaned.get(end)
                if first is not None and last is not None and first > last:
                    self.add_error(name, f"`{name}` is greater than `{end}`. Swap the values.")
        return cleaned


class ListFilters(FilterSet):
    """Filters with strict times and truth values."""

    FILTER_DEFAULTS = {
        **FILTER_FOR_DBFIELD_DEFAULTS,
        models.DateTimeField: {"filter_class": MomentFilter},
        models.DecimalField: {"filter_class": AmountFilter},
        models.BooleanField: {"filter_class": TruthFilter},
    }

    class Meta:
        form = FilterForm

    @classmethod
    @override
    def filter_for_field(cls, field: Any, field_name: str, lookup_expr: str | None = None) -> Any:
        if lookup_expr in (None, "exact") and field.choices:
            values = [value for value, _ in field.flatchoices]
            what = f"One of {', '.join(values)}, or several with commas between them"
            made = ChoicesFilter(field_name=field_name, lookup_expr="in", known=values)
            return extend_schema_field({"type": "string", "description": what})(made)
        return super().filter_for_field(field, field_name, lookup_expr)


class Filters(DjangoFilterBackend):
    """Backend of the filters."""

    filterset_base = ListFilters

    @override
    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filters = self.get_filterset(request, queryset, view)
        if filters is None:
            return queryset
        if not filters.is_valid():
            # The library would interpret a "%" in a message as a placeholder.
            raise ValidationError({name: [str(text) for text in texts] for name, texts in filters.errors.items()})
        check_filters(request, queryset.model, filters)
        check_ordering(queryset.model, ordering(request, view)[1])
        found: QuerySet[Any] = filters.qs
        return found


class Trash(BaseFilterBackend):
    """Filter `?trashed=`. Lists leave out rows in the trash by default."""

    @override
    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if not has_trash(view):
            return queryset
        rows: Any = queryset
        # A copy of the rows must learn that a row went to the trash.
        usual = "any" if UPDATED_SINCE in request.query_params else "false"
        match request.query_params.get(TRASHED, usual):
            case "false":
                return rows.alive()
            case "true":
                return rows.trashed()
            case "any":
                return queryset
        raise ValidationError({TRASHED: [allowed_values(("true", "false", "any"))]})

    @override
    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        if view.action != "list" or not has_trash(view):
            return []
        schema = {"type": "string", "enum": ["true", "false", "any"], "default": "false"}
        what = "Rows in the trash: excluded (false), only these (true), or included (any). With updated_since: any"
        return [{"name": TRASHED, "in": "query", "required": False, "description": what, "schema": schema}]


class Metadata(BaseFilterBackend):
    """Filter `?metadata[key]=value`. A number, true or false also finds the JSON value of that spelling."""

    @override
    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if not has_metadata(view):
            return queryset
        for name, value in request.query_params.items():
            if key := METADATA.fullmatch(str(name)):
                text = str(value)
                found = models.Q(metadata__contains={key[1]: text})
                if SCALAR.fullmatch(text):
                    found |= models.Q(metadata__contains={key[1]: json.loads(text)})
                queryset = queryset.filter(found)
        return queryset

    @override
    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        if view.action != "list" or not has_metadata(view):
            return []
        return [
            {
                "name": "metadata",
                "in": "query",
                "required": False,
                "style": "deepObject",
                "explode": True,
                "description": "Rows whose metadata has these values: `metadata[key]=value`. Add `user` or a time, so"
                " that fewer rows are searched",
                "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            }
        ]


class Search(BaseFilterBackend):
    """Search `?q=`. `view.searches` maps the kind of a result to the path from a row to it."""

    @override
    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        text = request.query_params.get(SEARCH, "").strip()
        if not (text and view.searches):
            return queryset
        begin_search(request, queryset.model, text, view.searches)
        return queryset.filter(search_filter(text, FOUND, view.searches))

    @override
    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        if view.action != "list" or not view.searches:
            return []
        what = (
            "Id, e-mail, phone number, Twilio SID, payment intent or words. Finds at most 100 rows. Without"
            " personal:read, people are found only by a whole e-mail, phone number or word of the name"
        )
        return [{"name": SEARCH, "in": "query", "required": False, "description": what, "schema": {"type": "string"}}]
