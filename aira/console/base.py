"""What every page of the console is made of. The database holds the rules: these classes show and explain them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, ActionLocation
from django.contrib.auth import get_permission_codename
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import QuerySet
from django.db.models.expressions import DatabaseDefault
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import TabularInline as UnfoldTabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from aira.console.amounts import money as money
from aira.console.exports import Exported
from aira.console.lists import CappedPaginator, ChangeList, DropdownFilter
from aira.console.masks import Revealing
from aira.console.meanwhile import OneAtATime
from aira.db import trash
from aira.db.enums import EnumField
from aira.db.errors import Refusal, explain
from aira.db.functions import rows
from aira.db.models import TrashableModel

# How long a list may take.
PATIENCE = "15s"
LONG_TEXTS = {"description", "notes", "processing_error"}


def attempt(view: Callable[[], HttpResponse]) -> HttpResponse | Refusal:
    """All that a view writes, or nothing and the database's refusal; any other error is raised."""
    try:
        with transaction.atomic():
            return view()
    except DatabaseError as error:
        refusal = explain(error)
        if refusal is None:
            raise
        return refusal


def may_view(request: HttpRequest, model: type[models.Model]) -> bool:
    return request.user.has_perm(f"{model._meta.app_label}.{get_permission_codename('view', model._meta)}")


class ModelForm(forms.ModelForm):
    """A form whose save can be refused by the database: the refusal comes back as an error of the form."""

    refusal: Refusal | None = None

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.refusal:
            field = self.refusal.field if self.refusal.field in self.fields else None
            self.add_error(field, ValidationError(str(self.refusal), code=self.refusal.constraint or "refused"))

    def validate_constraints(self) -> None:
        """The database does: its refusal names the rule, and holds when two people save at once."""

    def validate_unique(self) -> None:
        """As with the constraints."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        # The other services tell null from empty: an input that is left empty is null.
        for name, value in cleaned.items():
            if value == "" and self.instance._meta.get_field(name).null:
                cleaned[name] = None
        return cleaned


class TrashFilter(DropdownFilter):
    title = "trash"
    parameter_name = "trash"
    all_option = ["", "Not in the trash"]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("only", "In the trash"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "only":
                return queryset.exclude(deleted_at=None)
            case "all":
                return queryset
        return queryset.filter(deleted_at=None)


class Explaining:
    """Text inputs of one line, and no editable status: a transition is a button that calls an action."""

    model: type[models.Model]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if isinstance(db_field, models.TextField) and not db_field.choices and "widget" not in kwargs:
            long = db_field.name in LONG_TEXTS
            kwargs["widget"] = UnfoldAdminTextareaWidget({"rows": 4}) if long else UnfoldAdminTextInputWidget
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, forms.SplitDateTimeWidget):
            # One label stands for two inputs.
            for part, what in zip(field.widget.widgets, ("date", "time"), strict=True):
                part.attrs["aria-label"] = f"{field.label}: {what}"
        return field


class WithTimeline:
    """“History” leads to the timeline: the database recorded who changed what, whichever way they came."""

    opts: Any

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        args = [self.opts.app_label, self.opts.model_name, object_id]
        return HttpResponseRedirect(reverse("timeline", args=args))


class ModelAdmin(Exported, OneAtATime, Revealing, WithTimeline, Explaining, UnfoldModelAdmin):
    """Base of all pages."""

    form = ModelForm
    list_per_page = 50
    list_filter_submit = True
    paginator = CappedPaginator
    show_full_result_count = False
    warn_unsaved_form = True
    compressed_fields = True
    common = ("id", "created_at", "updated_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        names = [str(name) for name in super().get_readonly_fields(request, obj)]
        for field in self.model._meta.fields:
            status = isinstance(field, EnumField) and field.name.endswith("status")
            if (status or not field.editable or field.name in self.common) and field.name in self.shown(obj):
                names.append(field.name)
        return tuple(dict.fromkeys(names))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ChangeList

    def shown(self, obj: Any) -> set[str]:
        """What the database fills in is shown once it has."""
        fields = {field.name for field in self.model._meta.fields if not field.generated}
        if obj is None:
            fields -= {field.name for field in self.model._meta.fields if not field.editable}
            fields -= {*self.common, *self.readonly_fields}
        return fields - set(self.exclude or ())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if self.fields:
            return list(super().get_fields(request, obj))
        order = [field.name for field in self.model._meta.fields if field.name in self.shown(obj)]
        if obj is not None:
            # What a page works out is no column: it comes after them.
            order += [str(name) for name in self.readonly_fields if name not in order]
        last = [name for name in (*self.common, "deleted_at") if name in order]
        return [name for name in order if name not in last] + last

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        view = partial(super().changelist_view, request, extra_context)
        if request.method != "GET":
            return view()

        def patient() -> HttpResponse:
            rows("select set_config('statement_timeout', %s, true)", PATIENCE)
            return view()

        # A value that a column can't have, or a question that takes too long.
        outcome = attempt(patient)
        if not isinstance(outcome, Refusal):
            return outcome
        self.message_user(request, f"The list is shown without its filters. {outcome}", messages.ERROR)
        return HttpResponseRedirect(request.path if request.GET else reverse("admin:index"))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        view = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if request.method != "POST":
            return view()
        outcome = attempt(view)
        if not isinstance(outcome, Refusal):
            return outcome
        # Again, with the refusal as an error of the form: what was typed stays, nothing is stored.
        request.refusal = outcome  # type: ignore[attr-defined]
        return view()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal else form

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        outcome = attempt(partial(super().delete_view, request, object_id, extra_context))
        if not isinstance(outcome, Refusal):
            return outcome
        self.message_user(request, str(outcome), messages.ERROR)
        return HttpResponseRedirect(request.path.replace("/delete/", "/change/"))

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any) -> HttpResponse:
        outcome = attempt(partial(super().response_action, request, queryset, **kwargs))
        if not isinstance(outcome, Refusal):
            return outcome
        self.message_user(request, f"Nothing was changed. {outcome}", messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())


class ReadOnlyAdmin(ModelAdmin):
    """Pages of what this console shows and others write. An action on it asks for the permission "act"."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """What an action does is a change, which the page itself offers nobody."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")


class TrashableAdmin(ModelAdmin):
    """Pages of rows that a delete moves to the trash."""

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), TrashFilter]

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        # Django's own would delete in the request: “Move to the trash” is a run, as whatever is done to many.
        found = super().get_actions(request, action_location)
        return {name: action for name, action in found.items() if name != "delete_selected"}

    def delete_model(self, request: HttpRequest, obj: TrashableModel) -> None:
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        if obj.deleted_at is None:
            trash.discard(rows)
        else:
            trash.remove(rows)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # What goes along is the database's to say: a business takes its rows to the trash and back.
        lines = [
            f"{obj} — {'for good, it is in the trash already' if obj.deleted_at else 'to the trash'}" for obj in objs
        ]
        return lines, {str(self.model._meta.verbose_name_plural): len(objs)}, set(), []

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        response = super().response_delete(request, obj_display, obj_id)
        if IS_POPUP_VAR not in request.POST and self.model._default_manager.filter(pk=obj_id).exists():
            list(messages.get_messages(request))
            self.message_user(
                request, f"{obj_display} is in the trash: filter the list by “In the trash” to restore it."
            )
        return response


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
