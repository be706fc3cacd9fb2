"""Show the effects of a change on other rows before it is saved, and offer to undo it afterwards."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format

from aira.adminkit import undo
from aira.adminkit.lists import CAP
from aira.schema import trash
from aira.schema.errors import Refused
from aira.schema.models import TrashableModel

# The first rows that are named.
FIRST = 5
CONFIRMED = "confirmed"
MOVED_ON = "The record has changed since. Open it and change it there."


@dataclass(frozen=True)
class Effect:
    """Effect of a change on other rows.

    Attributes:
        what: a sentence with a count.
        rows: the first affected rows.
        more: the number of further rows.
    """

    what: str
    rows: tuple[str, ...] = ()
    more: int = 0


def effect(rows: Any, sentence: str, name: Any = str) -> list[Effect]:
    """Return the effect on these rows. An empty list if there are none.

    Args:
        sentence: has `{count}` for the number of rows with their kind.
        name: returns the text for a row.
    """
    count = rows.order_by()[: CAP + 1].count()
    if not count:
        return []
    options = rows.model._meta
    page = admin.site._registry.get(rows.model)
    one, many = getattr(page, "called", None) or (options.verbose_name, options.verbose_name_plural)
    kind = one if count == 1 else many
    number = f"more than {number_format(CAP, force_grouping=True)}" if count > CAP else number_format(count)
    first = tuple(name(row) for row in rows[:FIRST])
    return [Effect(sentence.format(count=f"{number} {kind}"), first, max(0, count - len(first)))]


def label_of(model: type[models.Model]) -> str:
    """Return the label by which an undo action names a model."""
    return model._meta.label_lower


def may_change(request: HttpRequest, values: dict[str, Any]) -> bool:
    """Tell whether the member of staff may change the model that an undo action names."""
    app, name = values["model"].split(".")
    return request.user.has_perm(f"{app}.change_{name}")


def put_back(request: HttpRequest, values: dict[str, Any]) -> str:
    """Write the earlier values. Raises Refused if the later ones are not there any more."""
    model = apps.get_model(values["model"])
    if not model._default_manager.filter(pk=values["pk"], **values["new"]).update(**values["old"]):
        raise Refused(MOVED_ON)
    return "The change was undone."


def restore(request: HttpRequest, values: dict[str, Any]) -> str:
    """Restore a row from the trash."""
    model: Any = apps.get_model(values["model"])
    if not trash.restore(model.objects.filter(pk=values["pk"])):
        raise Refused(MOVED_ON)
    return "The record was restored, with the records that were moved to the trash with it."


PUT_BACK = undo.register(undo.Way(name="put-back", may=may_change, take_back=put_back))
RESTORE = undo.register(undo.Way(name="restore", may=may_change, take_back=restore))


def switched(field: str) -> Callable[[models.Model], dict[str, Any]]:
    """Return a function that stores the value of a Boolean field for PUT_BACK, before a button changes it."""

    def remember(row: models.Model) -> dict[str, Any]:
        now = getattr(row, field)
        return {"model": label_of(type(row)), "pk": str(row.pk), "old": {field: now}, "new": {field: not now}}

    return remember


class EffectsFormMixin:
    """Mixin of a form that asks for a confirmation of a change with effects."""

    page: Any
    request: HttpRequest

    def _post_clean(self: Any) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors or not self.changed_data:
            return
        found = self.page.effects_of_save(self.instance, self.changed_data)
        if not found:
            return
        token = hashlib.sha256(repr((found, sorted(self.changed_data))).encode()).hexdigest()[:16]
        if self.request.POST.get(CONFIRMED) != token:
            self.request.unconfirmed = (found, token)
            self.add_error(
                None,
                ValidationError(
                    "Nothing was saved yet. Read what this change affects, then save again.", code="unconfirmed"
                ),
            )


class EffectsMixin:
    """Mixin of pages that show the effects of a change on other rows.

    Attributes:
        undoable: the fields whose change can be undone from its message. Their values are signed into a form and can
            be read there, so they are not personal.
        called: the noun for one row and for many, if it is not that of the model.
        when_trashed: a sentence on what follows when rows go to the trash with another one.
    """

    model: Any
    undoable: tuple[str, ...] = ()
    called: tuple[str, str] | None = None
    when_trashed: str = ""

    def effects_of_save(self, row: Any, changed: list[str]) -> list[Effect]:
        """Return the effects of saving the row with its new values."""
        return []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class. A save of an existing row gets the one that asks for a confirmation."""
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        if obj is None or request.method != "POST":
            return form
        return type(form.__name__, (EffectsFormMixin, form), {"page": self, "request": request})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the effects above the form."""
        context["effects"], context["confirmed"] = getattr(request, "unconfirmed", ((), ""))
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Remember the earlier values of what can be undone."""
        names = [name for name in self.undoable if change and name in form.changed_data]
        if names:
            columns = [self.model._meta.get_field(name).attname for name in names]
            before = self.model._default_manager.filter(pk=obj.pk).values(*columns).first()
            after = {name: getattr(obj, name) for name in columns}
            request.undoable = {"old": plain(before), "new": plain(after)}  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Offer to undo the change, in the message of the save."""
        response: HttpResponse = super().response_change(request, obj)  # type: ignore[misc]
        if values := getattr(request, "undoable", None):
            list(messages.get_messages(request))
            said = f"The {self.model._meta.verbose_name} “{obj}” was changed."
            undo.offer(request, PUT_BACK, said, model=label_of(self.model), pk=str(obj.pk), **values)
        return response


def plain(values: dict[str, Any] | None) -> dict[str, Any]:
    """Return values as JSON can hold them."""
    kept = (bool, int, str, type(None))
    return {name: value if isinstance(value, kept) else str(value) for name, value in (values or {}).items()}


def goes_along(row: TrashableModel, may_view: Any) -> list[Effect]:
    """Return the rows that move with a row to the trash, or that are removed with it."""
    found = []
    for model in trash.trashable():
        for field in model._meta.fields:
            if field.related_model is type(row) and field.name == "business":
                rows: Any = model.objects.filter(business_id=row.pk, deleted_at=row.deleted_at)
                found += effect(rows, sentence_of(model), str if may_view(model) else lambda one: "…")
    return found


def sentence_of(model: type[models.Model]) -> str:
    """Return the sentence about rows of a model that go along. Its page may say what follows."""
    page = admin.site._registry.get(model)
    follows = getattr(page, "when_trashed", "")
    return f"{{count}}. {follows}" if follows else "{count}."
