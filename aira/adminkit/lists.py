"""Lists that stay quick at a million rows: a count that stops, filters that an index serves, one search, totals."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models import Count, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateFilter,
    RangeNumericFilter,
)
from unfold.views import ChangeList as UnfoldChangeList
from unfold.widgets import INPUT_CLASSES

from aira.personal.masks import untold_columns
from aira.search.person_searches import begin_search
from aira.search.search_filter import search_filter

__all__ = ["Amounts", "BooleanRadioFilter", "ChoicesDropdownFilter", "Days", "DropdownFilter", "Of"]

CAP = 10_000
SEARCHED = 100


class AtLeast(int):
    """A count that stopped: reads as “more than 10,000”, and is that number to whoever reckons with it."""

    def __str__(self) -> str:
        return f"more than {int(self):,}"


class UnlessSet:
    """A filter whose list begins with the rows in which `field` is null; `asked` are the others, `all` both."""

    field: str
    asked: str

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():  # type: ignore[attr-defined]
            case "all":
                return queryset
            case self.asked:
                return queryset.exclude(**{self.field: None})
        return queryset.filter(**{self.field: None})


class CappedPaginator(Paginator):
    """Counts no further than CAP, and offers no page beyond it: who needs more filters, exports, or turns the order."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        found = rows.order_by()[: CAP + 1].count()
        return AtLeast(CAP) if found > CAP else found


class DaysForm(forms.Form):
    """The browser's own inputs: unfold's come with scripts that other pages of the same model can't run."""

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for end, label in (("from", "From"), ("to", "To")):
            attrs = {"type": "date", "aria-label": f"{name.replace('_', ' ')}: {end}", "class": " ".join(INPUT_CLASSES)}
            self.fields[f"{name}_{end}"] = forms.DateField(label=label, required=False, widget=forms.DateInput(attrs))


class Days(RangeDateFilter):
    """From one day to another, both whole, in the site's zone."""

    form_class = DaysForm

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        limits = {}
        for end, lookup, more in (("_from", "gte", 0), ("_to", "lt", 1)):
            if text := self.used_parameters.get(f"{self.parameter_name}{end}"):
                limits[f"{self.field_path}__{lookup}"] = midnight(str(text), more)
        return queryset.filter(**limits)


def midnight(text: str, more: int) -> datetime:
    try:
        day = date.fromisoformat(text) + timedelta(days=more)
        return timezone.make_aware(datetime(day.year, day.month, day.day))
    except (ValueError, OverflowError) as error:
        raise IncorrectLookupParameters(f"{text} is no day; write 2026-12-24.") from error


class Amounts(RangeNumericFilter):
    """From one amount to another, both included."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        limits = {}
        for end, lookup in (("_from", "gte"), ("_to", "lte")):
            if text := self.used_parameters.get(f"{self.parameter_name}{end}"):
                limits[f"{self.field_path}__{lookup}"] = amount(str(text))
        return queryset.filter(**limits)


def amount(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise IncorrectLookupParameters(f"{text} is no amount.") from error
    # numeric takes NaN, and more digits than any amount has.
    if not found.is_finite() or abs(found) >= Decimal(10) ** 12:
        raise IncorrectLookupParameters(f"{text} is no amount.")
    return found


class Of(AutocompleteSelectFilter):
    """The rows of one business or account, found as it is typed."""


class Searched:
    """What was typed is looked up by `private.search`, an index probe a table; a list shows what is meant and its rows.

    kind: of private.search, when it finds rows of this list themselves.
    """

    kind: str | None = None
    model: type[models.Model]
    # Paths from a row to what it belongs to, by kind; those that a model has by these names need not be said.
    owners: dict[str, str] = {}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        text = search_term.replace("\0", "").strip()
        if not text:
            return queryset, False
        itself = {self.kind: "pk"} if self.kind else {}
        paths = self.paths() | self.owners | itself
        begin_search(request, self.model._meta.db_table.replace('"', ""), text, paths)
        return queryset.filter(search_filter(text, SEARCHED, paths)), False

    def paths(self) -> dict[str, str]:
        usual = {"account": "user", "business": "business", "transaction": "transaction"}
        return {kind: f"{name}_id" for kind, name in usual.items() if has_field(self.model, name)}


def has_field(model: type[models.Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


class ChangeList(UnfoldChangeList):
    """What the head of a list shows."""

    queryset: QuerySet[Any]

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        """As the link says, but for columns that no header offers: their order would tell what is masked."""
        if wanted := self.params.get(ORDER_VAR):
            kept = [part for part in wanted.split(".") if self.may_order_by(part)]
            if len(kept) < len(wanted.split(".")):
                messages.warning(request, "The list can't be sorted by that column. It is in its usual order.")
                self.params[ORDER_VAR] = ".".join(kept)
        return list(super().get_ordering(request, queryset))

    def may_order_by(self, part: str) -> bool:
        index = part.removeprefix("-")
        names = list(self.list_display)
        if not (index.isascii() and index.isdigit() and len(index) < 4 and int(index) < len(names)):
            return True  # Django ignores it
        name = names[int(index)]
        return name in (self.sortable_by or ()) and name not in untold_columns(self.model)

    def get_results(self, request: HttpRequest) -> None:
        # What hardly any row has is found by reading the table: once, not for the count, the page and the totals each.
        if self.has_active_filters:
            found = list(self.queryset.order_by().values_list("pk", flat=True)[: CAP + 1])
            if 0 < len(found) <= CAP:
                # Typed: a list of texts could be of anything.
                kind = self.model._meta.pk.rel_db_type(connection)
                self.queryset = self.queryset.filter(pk__in=RawSQL(f"select unnest(%s::{kind}[])", (found,)))  # noqa: S611
            elif not found:
                self.queryset = self.queryset.none()
        super().get_results(request)
        self.request = request

    def url_for_result(self, result: Any) -> str:
        """A model with a page better than its form says so."""
        row_url = getattr(self.model_admin, "row_url", None)
        return str(row_url(result) if row_url else super().url_for_result(result))

    @property
    def too_many_for_totals(self) -> bool:
        return hasattr(self.model_admin, "list_totals") and isinstance(self.result_count, AtLeast)

    @cached_property
    def totals(self) -> list[str]:
        if self.too_many_for_totals or not hasattr(self.model_admin, "list_totals"):
            return []
        return list(self.model_admin.list_totals(self.queryset))

    @cached_property
    def warnings(self) -> list[str]:
        """What staff should know about all rows of the list."""
        return list(self.model_admin.list_warnings()) if hasattr(self.model_admin, "list_warnings") else []

    @property
    def export_url(self) -> str:
        """With the filters of the list; empty for staff who may not."""
        if not self.model_admin.has_export_permission(self.request):
            return ""
        return f"export/{self.get_query_string(remove=[PAGE_VAR])}".removesuffix("?")


def totals(rows: QuerySet[Any], sums: dict[str, str], by: Iterable[str]) -> Iterator[dict[str, Any]]:
    """For each currency (and what else `by` says) how many rows, and the sum of each column. sums: name to column."""
    groups = list(by)
    found = rows.order_by(*groups).values(*groups)
    yield from found.annotate(count=Count("pk"), **{f"sum_{name}": Sum(column) for name, column in sums.items()})
