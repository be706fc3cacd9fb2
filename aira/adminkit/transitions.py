"""Define transitions: changes of a row that staff make with a button, or for many rows of a list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from aira.adminkit import undo
from aira.adminkit.field_errors import Form
from aira.adminkit.reasons import ReasonForm
from aira.schema import trash
from aira.schema.errors import Refused
from aira.schema.models import TrashableModel


class TransitionForm(Form):
    """Form of a transition. `row` is the row that it changes."""

    def __init__(self, row: Any, *args: Any, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)


class TransitionReasonForm(TransitionForm, ReasonForm):
    """Form of a transition that asks for a reason. The audit records it with each change."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """Change of a row that staff make with a button.

    Attributes:
        submit: the words of the button that makes the change, if the label alone could mean something else.
        what: returns a sentence with figures about the effect.
        do: makes the change and returns a sentence on what was done.
        offered: tells whether the row allows the transition.
        bulk: the rows that allow it, if a list can apply it to many. These get no input except a reason.
        bulk_order: the order in which a list's rows are processed.
        button: whether the page of a row shows a button for it.
        heavy: tells whether it takes longer than a request should. The worker then runs it.
        note: returns a further sentence for afterwards. Runs keep it, so it holds no personal data.
        way: the undo action that the message afterwards offers.
        remember: returns the values for the undo action. It is called before the change.
        page: shows and handles a page of its own instead of the form, for the row and the page to return to.
        removes: whether the row is gone afterwards, so that the list is shown.
    """

    name: str
    label: str
    permission: str
    what: Callable[[Any], str]
    do: Callable[[HttpRequest, Any, dict[str, Any]], str]
    offered: Callable[[Any], bool] = lambda row: True
    form: type[TransitionForm] = TransitionForm
    danger: bool = False
    submit: str = ""
    bulk: Q | None = None
    bulk_order: tuple[str, ...] = ()
    button: bool = True
    heavy: Callable[[Any], bool] = lambda row: False
    note: Callable[[Any], str] = lambda row: ""
    way: undo.Way | None = None
    remember: Callable[[Any], dict[str, Any]] = lambda row: {}
    page: Callable[[HttpRequest, Any, str], HttpResponse] | None = None
    removes: bool = False


def transition_named(model: type[models.Model], name: str) -> Transition | None:
    """Return a transition that a list of the model offers, or None if a later version of the site has removed it."""
    page = admin.site._registry.get(model)
    return next((one for one in getattr(page, "transitions", ()) if one.name == name and one.bulk), None)


def moved_on(row: TrashableModel) -> Refused:
    """Return the refusal for a row that somebody else has restored or removed."""
    there = type(row).objects.filter(pk=row.pk).exists()
    return Refused(
        f"Somebody else has already {'restored' if there else 'permanently removed'} {row}. Reload the page."
    )


def restore(model: type[TrashableModel], note: Callable[[Any], str] = lambda row: "") -> Transition:
    """Return the transition that restores a row. The database refuses if another row has taken its place."""

    def do(request: HttpRequest, row: TrashableModel, data: dict[str, Any]) -> str:
        if not trash.restore(model.objects.filter(pk=row.pk)):
            raise moved_on(row)
        return f"{row} was restored."

    return Transition(
        name="restore",
        label="Restore from the trash",
        permission=f"{model._meta.app_label}.change_{model._meta.model_name}",
        what=lambda row: f"Restores {row} and the records that were moved to the trash with it.",
        do=do,
        offered=lambda row: row.deleted_at is not None,
        bulk=~Q(deleted_at=None),
        heavy=trash.is_heavy,
        note=note,
    )


def trash_many(model: type[TrashableModel]) -> tuple[Transition, ...]:
    """Return the transitions of a list's trash. The page of a row has “Delete” instead."""

    def discard(request: HttpRequest, row: TrashableModel, data: dict[str, Any]) -> str:
        same = model.objects.filter(pk=row.pk)
        trash.discard(same)
        # Another person may have moved it to the trash at the same time. That counts as success.
        if not same.exists():
            raise moved_on(row)
        return f"{row} was moved to the trash."

    def remove(request: HttpRequest, row: TrashableModel, data: dict[str, Any]) -> str:
        if not trash.remove(model.objects.filter(pk=row.pk)):
            raise moved_on(row)
        return f"{row} was removed permanently."

    permission = f"{model._meta.app_label}.delete_{model._meta.model_name}"
    return (
        Transition(
            name="trash",
            label="Move to the trash",
            permission=permission,
            what=lambda row: f"Moves {row} and the records that belong to it to the trash.",
            do=discard,
            offered=lambda row: row.deleted_at is None,
            bulk=Q(deleted_at=None),
            button=False,
            danger=True,
        ),
        Transition(
            name="purge",
            label="Remove permanently",
            permission=permission,
            what=lambda row: f"Removes {row} permanently.",
            do=remove,
            offered=lambda row: row.deleted_at is not None,
            bulk=~Q(deleted_at=None),
            button=False,
            danger=True,
        ),
    )
