"""Show lists that stay quick at a million rows: capped counts, pages that an index serves, search and totals."""

from typing import Any, override

from django.contrib import messages
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList as UnfoldChangeList

from aira.adminkit.list_views import WithViews
from aira.personal.masks import revealing_columns
from aira.search.person_searches import begin_search
from aira.search.search_filter import search_filter

CAP = 10_000
# With more rows than this, the index of the list's order finds a page sooner than the keys of all its rows.
NAMED = 1_000
SEARCHED = 100


class AtLeast(int):
    """Capped count. It reads as “more than 10,000” and is that number in calculations."""

    def __str__(self) -> str:
        return f"more than {int(self):,}"


class CappedPaginator(Paginator):
    """Paginator that counts up to CAP and offers no page beyond it. To see more, filter, sort or export.

    A query set that was counted before carries its number of rows, up to CAP + 1, as `counted`.
    """

    @override
    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        found = getattr(rows, "counted", None)
        if found is None:
            found = rows.order_by()[: CAP + 1].count()
        return AtLeast(CAP) if found > CAP else found


class Searched:
    """Mixin of a list that searches through `private.search`, with one index probe per table.

    It keeps the found rows, and the rows that belong to a found business, account or transaction.

    Attributes:
        kind: the kind of `private.search` that finds rows of this list themselves.
        owners: paths from a row to what it belongs to, by kind, in addition to the fields with the usual names.
    """

    kind: str | None = None
    model: type[models.Model]
    owners: dict[str, str] = {}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows that the search finds."""
        text = search_term.replace("\0", "").strip()
        if not text:
            return queryset, False
        itself = {self.kind: "pk"} if self.kind else {}
        paths = self.paths() | self.owners | itself
        begin_search(request, self.model._meta.db_table.replace('"', ""), text, paths)
        return queryset.filter(search_filter(text, SEARCHED, paths)), False

    def paths(self) -> dict[str, str]:
        """Return the paths to what a row belongs to, by kind, for the fields that the model has."""
        usual = {"account": "user", "business": "business", "transaction": "transaction"}
        return {kind: f"{name}_id" for kind, name in usual.items() if has_field(self.model, name)}


def has_field(model: type[models.Model], name: str) -> bool:
    """Tell whether the model has a column for this field."""
    try:
        return bool(model._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


class ChangeList(WithViews, UnfoldChangeList):
    """List with a head that shows warnings, totals and the link to export."""

    queryset: QuerySet[Any]

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        """Return the order that the link requests.

        Ignore columns without a sortable header, since their order would reveal masked values.
        """
        if wanted := self.params.get(ORDER_VAR):
            kept = [part for part in wanted.split(".") if self.may_order_by(part)]
            if len(kept) < len(wanted.split(".")):
                messages.warning(request, "The list can't be sorted by this column, so it shows the default order.")
                self.params[ORDER_VAR] = ".".join(kept)
        return list(super().get_ordering(request, queryset))

    def may_order_by(self, part: str) -> bool:
        """Tell whether one part of the order, such as “-2”, names a sortable column."""
        index = part.removeprefix("-")
        names = list(self.list_display)
        if not (index.isascii() and index.isdigit() and len(index) < 4 and int(index) < len(names)):
            return True  # Django ignores an invalid index.
        name = names[int(index)]
        return name in (self.sortable_by or ()) and name not in revealing_columns(self.model)

    @override
    def get_results(self, request: HttpRequest) -> None:
        self.request = request
        if not self.has_active_filters:
            super().get_results(request)
            return
        # A rare value is found by reading the whole table. Do it once, and not for the count, the page and the totals
        # each.
        found = list(self.queryset.order_by().values_list("pk", flat=True)[: CAP + 1])
        named = self.queryset if len(found) > CAP else self.with_keys(found)
        if len(found) <= NAMED:
            self.queryset = named
        self.queryset.counted = len(found)  # type: ignore[attr-defined]
        super().get_results(request)
        self.queryset = named

    def with_keys(self, keys: list[Any]) -> QuerySet[Any]:
        """Return the rows of the list by their primary keys."""
        if not keys:
            return self.queryset.none()
        # PostgreSQL can't infer the type of a list of texts.
        kind = self.model._meta.pk.rel_db_type(connection)
        return self.queryset.filter(pk__in=RawSQL(f"select unnest(%s::{kind}[])", (keys,)))  # noqa: S611

    def url_for_result(self, result: Any) -> str:
        """Return the address of a row's page. A page can name another one in `row_url`."""
        row_url = getattr(self.model_admin, "row_url", None)
        return str(row_url(result) if row_url else super().url_for_result(result))

    @property
    def too_many_for_totals(self) -> bool:
        """True if the list has more rows than its totals are computed for."""
        return hasattr(self.model_admin, "list_totals") and isinstance(self.result_count, AtLeast)

    @cached_property
    def totals(self) -> list[str]:
        """Totals of the list, one line for each currency."""
        if self.too_many_for_totals or not hasattr(self.model_admin, "list_totals"):
            return []
        return list(self.model_admin.list_totals(self.queryset))

    @cached_property
    def warnings(self) -> list[str]:
        """Warnings about all rows of the list."""
        found = list(self.model_admin.list_warnings()) if hasattr(self.model_admin, "list_warnings") else []
        if self.unknown_columns:
            found.append(f"The list has no column with the name {', '.join(self.unknown_columns)}.")
        return found

    @property
    def trash_link(self) -> tuple[str, str] | None:
        """Words and address of the link to the trash of the list, or out of it. None for a list without a trash."""
        query = getattr(self.model_admin, "trash_query", "")
        if not query:
            return None
        there = query in self.request.GET.urlencode()
        return ("Leave the trash", "?") if there else ("View the trash", f"?{query}")

    @property
    def export_url(self) -> str:
        """Link to the export with the filters of the list. Empty without the permission to export."""
        if not self.model_admin.has_export_permission(self.request):
            return ""
        return f"export/{self.get_query_string(remove=[PAGE_VAR])}".removesuffix("?")
