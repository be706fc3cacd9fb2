"""Let staff choose the columns of a list, and their order. The address names them: `?columns=name,status`."""

from typing import Any

from django.contrib.admin.utils import label_for_field
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest

COLUMNS = "columns"
# A cell can't show their values.
UNSUITABLE = (models.JSONField, models.BinaryField, SearchVectorField)


class ChosenColumnsMixin:
    """Mixin of a list whose columns staff can choose: those of the list, and other columns of the table.

    Attributes:
        sources: the fields behind a column that the page computes, by the column's name. An export has these fields.
            Columns that are fields, or name their field in `admin_order_field`, need no entry.
    """

    model: type[models.Model]
    exclude: Any
    sources: dict[str, tuple[str, ...]] = {}

    def default_columns(self, request: HttpRequest) -> list[str]:
        """Return the columns of the list for somebody who has chosen none."""
        return [str(name) for name in super().get_list_display(request)]  # type: ignore[misc]

    def available_columns(self, request: HttpRequest) -> list[str]:
        """Return the columns that can be chosen."""
        usual = self.default_columns(request)
        left_out = {*usual, *(self.exclude or ())} | {field for name in usual for field in self.fields_of(name)}
        others = [
            field.name
            for field in self.model._meta.concrete_fields
            if not (field.name in left_out or field.generated or isinstance(field, UNSUITABLE))
        ]
        return usual + others

    def fields_of(self, column: str) -> tuple[str, ...]:
        """Return the fields behind a column."""
        if column in self.sources:
            return self.sources[column]
        try:
            return (self.model._meta.get_field(column).name,)
        except FieldDoesNotExist:
            order = getattr(getattr(self, column, None), "admin_order_field", None)
            return (str(order).removeprefix("-"),) if order else ()

    def column_label(self, column: str) -> str:
        """Return the head of a column in words, such as “Customer name”."""
        page: Any = self
        text = str(label_for_field(column, self.model, page))
        return text[:1].upper() + text[1:]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Return the chosen columns. Ignore unknown ones, such as those that a later version of the site removed."""
        return chosen_columns(request, self.available_columns(request)) or self.default_columns(request)

    def get_sortable_by(self, request: HttpRequest) -> list[str]:
        """Leave out columns that are not in the list by default, since no index may serve them."""
        usual = self.default_columns(request)
        return [name for name in super().get_sortable_by(request) if name in usual]  # type: ignore[misc]


def asked_columns(request: HttpRequest) -> list[str]:
    """Return the columns that the address names."""
    return [name for name in dict.fromkeys(request.GET.get(COLUMNS, "").split(",")) if name]


def chosen_columns(request: HttpRequest, known: list[str]) -> list[str]:
    """Return the known columns that the address names."""
    return [name for name in asked_columns(request) if name in known]
