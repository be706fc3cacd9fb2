"""Show the related rows on the page of a record."""

from typing import Any, override

from django import forms
from django.db.models.expressions import DatabaseDefault
from django.http import HttpRequest
from unfold.admin import TabularInline as UnfoldTabularInline
from unfold.forms import PaginationInlineFormSet

from aira.adminkit.model_admin import FormFieldMixin


class RowsFormSet(PaginationInlineFormSet):
    """Formset that also accepts forged rows."""

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form: forms.ModelForm = super()._construct_form(i, **kwargs)
        # A row that a forged request invents has database defaults instead of values, and they can't be shown as
        # numbers.
        for field in form.instance._meta.fields:
            if not field.generated and isinstance(getattr(form.instance, field.attname), DatabaseDefault):
                setattr(form.instance, field.attname, None)
        return form


class Rows(FormFieldMixin, UnfoldTabularInline):
    """Read-only table of related rows. Each links to its own page."""

    formset = RowsFormSet
    template = "adminkit/rows.html"
    extra = 0
    can_delete = False
    show_change_link = True
    tab = True
    per_page: int | None = 20

    @override
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
