"""Show rows that a delete moves to the trash."""

from functools import partial
from typing import Any, override

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, ActionLocation
from django.http import HttpRequest, HttpResponse

from aira.adminkit import undo
from aira.adminkit.effects import RESTORE, goes_along, label_of
from aira.adminkit.list_filters import DropdownFilter, NullFilter
from aira.adminkit.model_admin import ModelAdmin, may_view
from aira.adminkit.transition_pages import hand_over
from aira.adminkit.transitions import trash_many
from aira.schema import trash
from aira.schema.models import TrashableModel


class TrashFilter(NullFilter, DropdownFilter):
    """Filter that hides rows in the trash unless staff ask for them."""

    field, asked = "deleted_at", "only"
    title = "trash"
    parameter_name = "trash"
    all_option = ["", "Not in the trash"]

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("only", "In the trash"), ("all", "All")]


class TrashableAdmin(ModelAdmin):
    """Base class of pages whose rows go to the trash when they are deleted."""

    delete_confirmation_template = "adminkit/delete.html"
    # The list links to its trash.
    trash_query = f"{TrashFilter.parameter_name}={TrashFilter.asked}"

    @override
    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), TrashFilter]

    @override
    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        # Django's action would delete in the request. “Move to the trash” is a run, like all bulk actions.
        found = super().get_actions(request, action_location)
        return {name: action for name, action in found.items() if name != "delete_selected"}

    @override
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        more = {"retention": settings.TRASH_RETENTION.days}
        return super().delete_view(request, object_id, (extra_context or {}) | more)

    @override
    def delete_model(self, request: HttpRequest, obj: TrashableModel) -> None:
        rows = type(obj).objects.filter(pk=obj.pk)
        if trash.is_heavy(obj):
            name = "trash" if obj.deleted_at is None else "purge"
            transition = next(one for one in trash_many(type(obj)) if one.name == name)
            request.run = hand_over(request, transition, obj, None)  # type: ignore[attr-defined]
        elif obj.deleted_at is None:
            trash.discard(rows)
        else:
            trash.remove(rows)

    @override
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # The database decides which rows go with it.
        lines: list[Any] = []
        for obj in objs:
            for found in goes_along(obj, partial(may_view, request)):
                more = [f"and {found.more} more"] if found.more else []
                lines += [found.what, [*found.rows, *more]]
        return lines, {}, set(), []

    @override
    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        if run := getattr(request, "run", None):
            return run
        response = super().response_delete(request, obj_display, obj_id)
        if IS_POPUP_VAR not in request.POST and self.model._default_manager.filter(pk=obj_id).exists():
            list(messages.get_messages(request))
            said = f"{obj_display} was moved to the trash."
            undo.offer(request, RESTORE, said, model=label_of(self.model), pk=str(obj_id))
        return response
