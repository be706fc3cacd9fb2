"""Filter lists by days, amounts, choices and related rows."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, override

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import DateField, DateTimeField, F, Func, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateFilter,
    RangeNumericFilter,
)
from unfold.widgets import INPUT_CLASSES

from aira.adminkit.field_errors import Form
from aira.schema.amounts import read_amount

__all__ = [
    "AmountRangeFilter",
    "BooleanRadioFilter",
    "BusinessDayFilter",
    "ChoicesDropdownFilter",
    "DateRangeFilter",
    "DropdownFilter",
    "NullFilter",
    "RelatedFilter",
]


class NullFilter:
    """Filter on whether a column is null.

    Its first option, the default, keeps the rows in which it is null.

    Attributes:
        field: the column.
        asked: the option that keeps the rows in which the column is set. The option `all` keeps both.
    """

    field: str
    asked: str

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen option."""
        match self.value():  # type: ignore[attr-defined]
            case "all":
                return queryset
            case self.asked:
                return queryset.exclude(**{self.field: None})
        return queryset.filter(**{self.field: None})


class DaysForm(Form):
    """Form with the browser's date inputs. The inputs of unfold need scripts that don't run twice on a page."""

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for end, label in (("from", "From"), ("to", "To")):
            attrs = {"type": "date", "class": " ".join(INPUT_CLASSES)}
            self.fields[f"{name}_{end}"] = forms.DateField(label=label, required=False, widget=forms.DateInput(attrs))


class DateRangeFilter(RangeDateFilter):
    """Filter from one day to another. Both days are included, in the site's time zone."""

    form_class = DaysForm

    @override
    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for choice in super().choices(changelist):
            for end, field in zip(("from", "to"), choice["form"].fields.values(), strict=True):
                field.widget.attrs["aria-label"] = f"{self.title}: {end}"
            yield choice

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        limits = {}
        for end, lookup, more in (("_from", "gte", 0), ("_to", "lt", 1)):
            if text := self.used_parameters.get(f"{self.parameter_name}{end}"):
                limits[f"{self.field_path}__{lookup}"] = midnight(str(text), more)
        return queryset.filter(**limits)


def midnight(text: str, more: int) -> datetime:
    """Return the beginning of a day, `more` days later. Raises IncorrectLookupParameters for an invalid date."""
    try:
        day = date.fromisoformat(text) + timedelta(days=more)
        return timezone.make_aware(datetime(day.year, day.month, day.day))
    except (ValueError, OverflowError) as error:
        raise IncorrectLookupParameters(f"“{text}” is not a date. Write it as 2026-12-24.") from error


class AmountRangeFilter(RangeNumericFilter):
    """Filter from one amount to another. Both amounts are included."""

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        limits = {}
        for end, lookup in (("_from", "gte"), ("_to", "lte")):
            if text := self.used_parameters.get(f"{self.parameter_name}{end}"):
                limits[f"{self.field_path}__{lookup}"] = amount(str(text))
        return queryset.filter(**limits)


def amount(text: str) -> Decimal:
    """Return an amount. Raises IncorrectLookupParameters for an invalid one."""
    try:
        found = read_amount(text.strip())
    except ValueError as error:
        raise IncorrectLookupParameters(str(error)) from error
    # No amount has more digits.
    if abs(found) >= Decimal(10) ** 12:
        raise IncorrectLookupParameters(f"“{text[:40]}” is greater than any amount.")
    return found


class RelatedFilter(AutocompleteSelectFilter):
    """Filter by one business or account, with an input that completes its name."""


class BusinessDayFilter(DateRangeFilter):
    """Filter from one day to another in the time zone of each row's business. Both days are included."""

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for end, lookup, more in (("_from", "gte", -1), ("_to", "lt", 2)):
            if text := self.used_parameters.get(f"{self.parameter_name}{end}"):
                # An index serves the time. Days differ by at most one from those of UTC.
                queryset = queryset.filter(**{f"{self.field_path}__{lookup}": midnight(str(text), more)})
                at = F(self.field_path)
                there = Func(F("business__timezone"), at, function="timezone", output_field=DateTimeField())
                queryset = queryset.alias(business_day=Cast(there, DateField()))
                name = "business_day__gte" if lookup == "gte" else "business_day__lte"
                queryset = queryset.filter(**{name: date.fromisoformat(str(text))})
        return queryset
