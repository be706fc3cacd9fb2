"""What becomes of rows in the trash: restored, or removed when their time is up."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from aira.schema.models import TrashableModel, TrashableQuerySet

BATCH = 1000
# More rows than a request moves: the worker does, whoever asks.
MANY = 5000


def trashable() -> list[type[TrashableModel]]:
    """Every model with a trash, children before their parents."""
    models = [model for model in apps.get_models() if issubclass(model, TrashableModel)]
    return sorted(models, key=lambda model: -sum(field.related_model in models for field in model._meta.fields))


def due(model: type[TrashableModel], retention: timedelta) -> int:
    """How many rows a purge would remove."""
    return model._default_manager.filter(deleted_at__lt=timezone.now() - retention).count()


def purge(model: type[TrashableModel], retention: timedelta) -> int:
    """Removes what has been in the trash for longer, in transactions of up to BATCH rows; how many.

    A row that somebody holds at the moment is left to the next run.
    """
    old = model._default_manager.filter(deleted_at__lt=timezone.now() - retention).order_by("deleted_at")
    removed = 0
    while True:
        with transaction.atomic():
            keys = list(old.values_list("pk", flat=True).select_for_update(skip_locked=True)[:BATCH])
            if keys:
                gone = remove(model.objects.filter(pk__in=keys))
                if not gone:
                    raise RuntimeError(f"{len(keys)} {model._meta.verbose_name_plural} stay where they are.")
                removed += gone
        if len(keys) < BATCH:
            return removed


def is_heavy(row: TrashableModel) -> bool:
    """Whether more than MANY rows go along with this one, to the trash, out of it, or for good."""
    left = MANY + 1
    for model in trashable():
        if any(field.related_model is type(row) for field in model._meta.fields):
            hanging: Any = model.objects.filter(business_id=row.pk, deleted_at=row.deleted_at)
            left -= hanging.order_by()[:left].count()
            if left <= 0:
                return True
    return False


# A DELETE of a row in the trash removes it for good. So each of these two says which rows it means, and of two at the
# same moment the second, which waits for the first, finds none. One statement: the database takes along what hangs on
# a row, where Django's collector would load it, and delete it first.


def discard(rows: TrashableQuerySet[Any]) -> None:
    """Moves those that are alive to the trash. The database reports no rows."""
    rows.alive()._raw_delete("default")


def remove(rows: TrashableQuerySet[Any]) -> int:
    """Removes those that are in the trash, for good; how many."""
    return rows.trashed()._raw_delete("default")


def restore(rows: TrashableQuerySet[Any]) -> int:
    """Brings back those that are in the trash, all in one statement; how many. The database may refuse."""
    return rows.trashed().update(deleted_at=None)
