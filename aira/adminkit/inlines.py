"""Rows that belong to the record of a page."""

from typing import Any

from django import forms
from django.db.models.expressions import DatabaseDefault
from django.http import HttpRequest
from unfold.admin import TabularInline as UnfoldTabularInline
from unfold.forms import PaginationInlineFormSet

from aira.adminkit.model_admin import Explaining


class RowsFormSet(PaginationInlineFormSet):
    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        form: forms.ModelForm = super()._construct_form(i, **kwargs)
        # A row that a forged post invents has no values yet, and a database default can't be shown as a number.
        for field in form.instance._meta.fields:
            if not field.generated and isinstance(getattr(form.instance, field.attname), DatabaseDefault):
                setattr(form.instance, field.attname, None)
        return form


class Rows(Explaining, UnfoldTabularInline):
    """Related rows, to read; each leads to its own page."""

    formset = RowsFormSet
    extra = 0
    can_delete = False
    show_change_link = True
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
