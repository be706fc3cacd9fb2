"""Define transitions: the changes of one row that staff make by a button, one by one or for many rows of a list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from aira.adminkit.reasons import ReasonForm
from aira.schema import trash
from aira.schema.errors import Refused
from aira.schema.models import TrashableModel


class TransitionForm(forms.Form):
    """What a transition asks for; `row` is the one that it moves."""

    def __init__(self, row: Any, *args: Any, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)


class TransitionReasonForm(TransitionForm, ReasonForm):
    """Asks why: recorded with each change of the transaction."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """what: what will happen to a row, in a sentence with figures; do: does it and says what was done.

    bulk: which rows it can be done to, as `offered` says of one, where a list may do it to many; they get no other
    data than a reason. bulk_order: in which order; button: whether a row's own page has it.
    """

    name: str
    label: str
    permission: str
    what: Callable[[Any], str]
    do: Callable[[HttpRequest, Any, dict[str, Any]], str]
    offered: Callable[[Any], bool] = lambda row: True
    form: type[TransitionForm] = TransitionForm
    danger: bool = False
    bulk: Q | None = None
    bulk_order: tuple[str, ...] = ()
    button: bool = True
    # Whether it takes longer than a request should: the worker does it, as a run.
    heavy: Callable[[Any], bool] = lambda row: False
    # Said in addition once it is done, without anything personal: a run keeps it.
    note: Callable[[Any], str] = lambda row: ""


def transition_named(model: type[models.Model], name: str) -> Transition | None:
    """Return a transition that a list of the model offers. None when a later version of the site has removed it."""
    page = admin.site._registry.get(model)
    return next((one for one in getattr(page, "transitions", ()) if one.name == name and one.bulk), None)


def moved_on(row: TrashableModel) -> Refused:
    """Of a row that is in the trash no more."""
    there = type(row).objects.filter(pk=row.pk).exists()
    return Refused(f"{row} is {'out of the trash already' if there else 'gone for good'}: somebody else was first.")


def restore(model: type[TrashableModel], note: Callable[[Any], str] = lambda row: "") -> Transition:
    """Out of the trash; the database may have given its place to another row since. note: see Transition."""

    def do(request: HttpRequest, row: TrashableModel, data: dict[str, Any]) -> str:
        if not trash.restore(model.objects.filter(pk=row.pk)):
            raise moved_on(row)
        return f"{row} is restored."

    return Transition(
        name="restore",
        label="Restore from the trash",
        permission=f"{model._meta.app_label}.change_{model._meta.model_name}",
        what=lambda row: f"Takes {row} out of the trash, with what went there along with it.",
        do=do,
        offered=lambda row: row.deleted_at is not None,
        bulk=~Q(deleted_at=None),
        heavy=trash.is_heavy,
        note=note,
    )


def trash_many(model: type[TrashableModel]) -> tuple[Transition, ...]:
    """Of lists: a row's own page has “Delete”."""

    def discard(request: HttpRequest, row: TrashableModel, data: dict[str, Any]) -> str:
        same = model.objects.filter(pk=row.pk)
        trash.discard(same)
        # Whoever else moved it there: there it is.
        if not same.exists():
            raise moved_on(row)
        return f"{row} is in the trash."

    def remove(request: HttpRequest, row: TrashableModel, data: dict[str, Any]) -> str:
        if not trash.remove(model.objects.filter(pk=row.pk)):
            raise moved_on(row)
        return f"{row} is removed."

    permission = f"{model._meta.app_label}.delete_{model._meta.model_name}"
    return (
        Transition(
            name="trash",
            label="Move to the trash",
            permission=permission,
            what=lambda row: f"Moves {row} to the trash, with what belongs to it.",
            do=discard,
            offered=lambda row: row.deleted_at is None,
            bulk=Q(deleted_at=None),
            button=False,
            danger=True,
        ),
        Transition(
            name="purge",
            label="Remove from the trash for good",
            permission=permission,
            what=lambda row: f"Removes {row} for good.",
            do=remove,
            offered=lambda row: row.deleted_at is not None,
            bulk=~Q(deleted_at=None),
            button=False,
            danger=True,
        ),
    )
