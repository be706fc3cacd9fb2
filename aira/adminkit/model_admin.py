"""Provide the base classes of the console's pages. The database enforces the rules. Pages show and explain them."""

from functools import partial
from typing import Any, override

from django import forms
from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_permission_codename
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from aira.adminkit.edit_conflicts import EditConflictMixin
from aira.adminkit.effects import EffectsMixin
from aira.adminkit.exports import ExportMixin
from aira.adminkit.forms import AmountField, ModelForm, attempt, in_words
from aira.adminkit.list_columns import ChosenColumnsMixin
from aira.adminkit.list_view_pages import ListViewsMixin
from aira.adminkit.list_views import ALL_ROWS, VIEW
from aira.adminkit.lists import CappedPaginator, ChangeList
from aira.adminkit.masked_pages import MaskedFieldsMixin
from aira.adminkit.prefilled_forms import PrefilledFormMixin
from aira.schema.enums import EnumField
from aira.schema.errors import Refusal
from aira.schema.sql_calls import rows

# The longest time that a query of a list takes.
LIST_TIMEOUT = "15s"
HELP = {
    "id": "Unique id of the record. It never changes.",
    "updated_at": "When the record last changed.",
}
LONG_TEXTS = {"description", "notes", "processing_error"}


def may_view(request: HttpRequest, model: type[models.Model]) -> bool:
    """Tell whether the member of staff has permission to view the model."""
    return request.user.has_perm(f"{model._meta.app_label}.{get_permission_codename('view', model._meta)}")


def is_status(field: models.Field) -> bool:
    """Tell whether transitions change the field, so that no form takes it."""
    return isinstance(field, EnumField) and field.name.endswith("status")


class FormFieldMixin:
    """Mixin that shows texts as inputs of one line. Status fields can't be edited: transitions change them."""

    model: type[models.Model]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Return the form field, with a label for each of its inputs."""
        if isinstance(db_field, models.TextField) and not db_field.choices and "widget" not in kwargs:
            long = db_field.name in LONG_TEXTS
            kwargs["widget"] = UnfoldAdminTextareaWidget({"rows": 4}) if long else UnfoldAdminTextInputWidget
        if isinstance(db_field, models.DecimalField):
            kwargs.setdefault("form_class", AmountField)
        if isinstance(db_field, models.ForeignKey):
            kwargs.setdefault("form_class", RowField)
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, forms.SplitDateTimeWidget):
            # Django labels the field only, not its inputs for date and time.
            for part, what in zip(field.widget.widgets, ("date", "time"), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {what}"
        return field


class RowField(forms.ModelChoiceField):
    """Choice of a row. A forged text that is not an id counts as an unknown row."""

    @override
    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None

    @override
    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            rows: Any = self.queryset
            rows.model._meta.pk.to_python(data or None)
        except ValidationError:
            # The page is shown again without it, since it can't be looked up.
            return None
        return super().bound_data(data, initial)


class WithTimeline:
    """Mixin whose “History” link leads to the timeline, which shows the changes of all writers."""

    opts: Any

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Redirect to the timeline of the record."""
        args = [self.opts.app_label, self.opts.model_name, unquote(object_id)]
        return HttpResponseRedirect(reverse("timeline", args=args))


class ModelAdmin(
    ListViewsMixin,
    ChosenColumnsMixin,
    ExportMixin,
    EffectsMixin,
    PrefilledFormMixin,
    EditConflictMixin,
    MaskedFieldsMixin,
    WithTimeline,
    FormFieldMixin,
    UnfoldModelAdmin,
):
    """Base class of all pages."""

    form = ModelForm
    list_per_page = 50
    list_filter_submit = True
    paginator = CappedPaginator
    show_full_result_count = False
    warn_unsaved_form = True
    # Where the rows of a list come from if staff add none. An empty list shows it.
    comes_from = ""
    # Help texts for staff, where those of the model are for programs.
    help_texts: dict[str, str] = {}
    compressed_fields = True
    common = ("id", "created_at", "updated_at")

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        names = [str(name) for name in super().get_readonly_fields(request, obj)]
        for field in self.model._meta.fields:
            if (is_status(field) or not field.editable or field.name in self.common) and field.name in self.shown(obj):
                names.append(field.name)
        return tuple(dict.fromkeys(names))

    @override
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ChangeList

    def shown(self, obj: Any) -> set[str]:
        """Return the names of the fields to show. Generated fields and the status appear once the row is saved."""
        fields = {field.name for field in self.model._meta.fields if not field.generated}
        if obj is None:
            fields -= {field.name for field in self.model._meta.fields if not field.editable or is_status(field)}
            fields -= {*self.common, *self.readonly_fields}
        elif getattr(obj, "deleted_at", True) is None:
            fields.discard("deleted_at")
        return fields - set(self.exclude or ())

    @override
    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if self.fields:
            return list(super().get_fields(request, obj))
        order = [field.name for field in self.model._meta.fields if field.name in self.shown(obj)]
        if obj is not None:
            # Computed values follow the columns.
            order += [str(name) for name in self.readonly_fields if name not in order]
        last = [name for name in (*self.common, "deleted_at") if name in order]
        return [name for name in order if name not in last] + last

    @override
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        view = partial(super().changelist_view, request, extra_context)
        if request.method != "GET":
            return view()
        if opened := self.has_view_permission(request) and self.opening_view(request):
            return opened

        def with_timeout() -> HttpResponse:
            rows("select set_config('statement_timeout', %s, true)", LIST_TIMEOUT)
            return view()

        # The link can hold an invalid value for a column, or a filter that takes too long.
        try:
            outcome: HttpResponse | Refusal | str = attempt(with_timeout)
        except DisallowedModelAdminLookup:
            outcome = "This list can't be filtered by the field in the link."
        # Django redirects with ?e=1 if a filter of the link does not exist.
        if isinstance(outcome, HttpResponse) and not (outcome.status_code == 302 and VIEW in request.GET):
            return outcome
        if VIEW in request.GET and (opened := self.without_broken_filters(request)):
            return opened
        if isinstance(outcome, HttpResponse):
            return outcome
        removed = "The filters were removed."
        said = f"{removed} {outcome}" if isinstance(outcome, str) else in_words(outcome, removed)
        self.message_user(request, said, messages.ERROR)
        # The view that opens by default would have the same filters.
        without = f"{request.path}?{VIEW}={ALL_ROWS}" if VIEW in request.GET else request.path
        return HttpResponseRedirect(without if request.GET else reverse("admin:index"))

    @override
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        view = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if request.method != "POST":
            return view()
        outcome = attempt(view)
        if not isinstance(outcome, Refusal):
            return outcome
        # Show the form again with the refusal as its error. It keeps what was typed, and nothing is stored.
        request.refusal = outcome  # type: ignore[attr-defined]
        return view()

    @override
    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, help_texts=HELP | self.help_texts, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal else form

    @override
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        outcome = attempt(partial(super().delete_view, request, object_id, extra_context))
        if not isinstance(outcome, Refusal):
            return outcome
        self.message_user(request, in_words(outcome), messages.ERROR)
        return HttpResponseRedirect(request.path.replace("/delete/", "/change/"))

    @override
    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any) -> HttpResponse:
        outcome = attempt(partial(super().response_action, request, queryset, **kwargs))
        if not isinstance(outcome, Refusal):
            return outcome
        self.message_user(request, in_words(outcome, "Nothing was changed."), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


class ReadOnlyAdmin(ModelAdmin):
    """Base class of pages that staff can't edit. Actions on them need the permission to change the model."""

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @override
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Tell whether staff can use the page's actions, which need the permission to change the model."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")
