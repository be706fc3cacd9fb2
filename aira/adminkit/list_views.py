"""Save the columns, filters and order of a list as a view, which its owner opens by name."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.http import HttpRequest, QueryDict

from aira.adminkit import undo
from aira.adminkit.links import listed
from aira.adminkit.list_columns import COLUMNS, asked_columns
from aira.adminkit.models import ListView
from aira.personal.masks import PERSONAL

# The parameter that names the open view. ALL_ROWS opens the list without the view that opens by default.
VIEW, ALL_ROWS = "view", "all"
# Parameters that don't filter.
OWN = {COLUMNS, VIEW, ORDER_VAR, PAGE_VAR, SEARCH_VAR, ERROR_FLAG, ALL_VAR, IS_POPUP_VAR, TO_FIELD_VAR}
# A view holds no value that could identify a person.
IDENTIFYING = {name for fields in PERSONAL.values() for name in fields}


@dataclass(frozen=True)
class Choice:
    """Link of the menu of views."""

    name: str
    url: str
    current: bool


def views_of(request: HttpRequest, model: Any) -> Any:
    """Return the reader's own views of a list."""
    return ListView.objects.filter(staff=request.user.pk, model=model._meta.label_lower)


def filters_of(query: QueryDict) -> str:
    """Return the filters of a list's address. Leave out the search, and filters by personal data."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in OWN and not IDENTIFYING & set(name.split("__")):
            kept.setlist(name, values)
    return kept.urlencode()


def displayed(page: Any, request: HttpRequest, columns: list[str]) -> list[str]:
    """Return the columns as Django numbers them for the order: the boxes of the actions come first."""
    return (["action_checkbox"] if page.get_actions(request) else []) + columns


def order_of(page: Any, request: HttpRequest) -> list[str]:
    """Return the order of the address as names of columns, such as “-created_at”."""
    names = displayed(page, request, list(page.get_list_display(request)))
    found = []
    for part in request.GET.get(ORDER_VAR, "").split("."):
        sign, number = ("-" if part.startswith("-") else ""), part.removeprefix("-")
        if number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(names):
            found.append(sign + names[int(number)])
    return found


def order_parameter(page: Any, request: HttpRequest, columns: list[str], order: list[str]) -> str:
    """Return the order as the address writes it for these columns. Leave out columns that are not shown."""
    known = page.available_columns(request)
    shown = [name for name in columns if name in known] or page.default_columns(request)
    names = displayed(page, request, shown)
    parts = [(name.removeprefix("-"), "-" if name.startswith("-") else "") for name in order]
    return ".".join(f"{sign}{names.index(name)}" for name, sign in parts if name in names)


def address(
    page: Any, request: HttpRequest, *, columns: list[str], filters: str, ordering: list[str], view: str = ""
) -> str:
    """Return the address of a list with these columns, filters and order."""
    query = QueryDict(filters, mutable=True)
    if columns:
        query[COLUMNS] = ",".join(columns)
    if text := order_parameter(page, request, columns, ordering):
        query[ORDER_VAR] = text
    if view or not query:
        query[VIEW] = view or ALL_ROWS
    return f"{listed(page.model)}?{query.urlencode()}"


def address_of(page: Any, request: HttpRequest, view: ListView) -> str:
    """Return the address that opens a view."""
    return address(page, request, columns=view.columns, filters=view.filters, ordering=view.ordering, view=str(view.pk))


class WithViews:
    """Mixin of a list with a menu of the reader's views."""

    model_admin: Any
    model: Any
    request: HttpRequest

    def get_filters_params(self, params: Any = None) -> Any:
        """Return the parameters that filter."""
        found = super().get_filters_params(params)  # type: ignore[misc]
        return {name: value for name, value in found.items() if name not in (COLUMNS, VIEW)}

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the rows, with the related rows of chosen columns in one query each."""
        found = super().get_queryset(request, *args, **kwargs)  # type: ignore[misc]
        usual = self.model_admin.default_columns(request)
        fields = {field.name for field in self.model._meta.concrete_fields if field.is_relation}
        more = [name for name in self.model_admin.get_list_display(request) if name in fields and name not in usual]
        return found.prefetch_related(*more) if more else found

    @cached_property
    def menu(self) -> dict[str, Any]:
        """The links of the menu, the open view's name, and the page that saves views."""
        page, request = self.model_admin, self.request
        open_view = request.GET.get(VIEW, "")
        choices = [
            Choice(view.name, address_of(page, request, view), str(view.pk) == open_view)
            for view in views_of(request, self.model)
        ]
        everything = f"?{urlencode({VIEW: ALL_ROWS})}"
        return {
            "choices": [Choice("All rows", everything, open_view == ALL_ROWS), *choices] if choices else [],
            "current": next((one.name for one in choices if one.current), ""),
            "page": f"views/{self.get_query_string()}",  # type: ignore[attr-defined]
        }

    @cached_property
    def unknown_columns(self) -> list[str]:
        """The columns that the address names and the list does not have."""
        known = self.model_admin.available_columns(self.request)
        return [name for name in asked_columns(self.request) if name not in known]


def recreate(request: HttpRequest, values: dict[str, Any]) -> str:
    """Save a deleted view again. It no longer opens by default."""
    owner: Any = request.user
    ListView.objects.create(staff=owner, **values)
    return f"The view “{values['name']}” is back."


DELETED = undo.register(undo.Way(name="list-view-deleted", may=lambda request, values: True, take_back=recreate))
