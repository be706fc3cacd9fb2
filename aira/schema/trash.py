"""Restore or remove rows in the trash."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from aira.schema.models import TrashableModel, TrashableQuerySet

BATCH = 1000
# Up to this number of rows, a request moves them. The worker moves more.
MANY = 5000


def trashable() -> list[type[TrashableModel]]:
    """Return all models with a trash, children before their parents."""
    models = [model for model in apps.get_models() if issubclass(model, TrashableModel)]
    return sorted(models, key=lambda model: -sum(field.related_model in models for field in model._meta.fields))


def due(model: type[TrashableModel], retention: timedelta) -> int:
    """Return the number of rows that a purge would remove."""
    return model._default_manager.filter(deleted_at__lt=timezone.now() - retention).count()


def purge(model: type[TrashableModel], retention: timedelta) -> int:
    """Remove rows that have been in the trash for longer, in transactions of up to BATCH rows.

    Return the count.

    Locked rows are left to the next run.
    """
    old = model._default_manager.filter(deleted_at__lt=timezone.now() - retention).order_by("deleted_at")
    removed = 0
    while True:
        with transaction.atomic():
            keys = list(old.values_list("pk", flat=True).select_for_update(skip_locked=True)[:BATCH])
            if keys:
                gone = remove(model.objects.filter(pk__in=keys))
                if not gone:
                    raise RuntimeError(f"{len(keys)} {model._meta.verbose_name_plural} were not removed.")
                removed += gone
        if len(keys) < BATCH:
            return removed


def is_heavy(row: TrashableModel) -> bool:
    """Tell whether more than MANY rows belong to this one, and would be moved or removed with it."""
    remaining = MANY + 1
    for model in trashable():
        if any(field.related_model is type(row) for field in model._meta.fields):
            hanging: Any = model.objects.filter(business_id=row.pk, deleted_at=row.deleted_at)
            remaining -= hanging.order_by()[:remaining].count()
            if remaining <= 0:
                return True
    return False


# A DELETE of a row in the trash removes it permanently, so each of these functions names the rows that it means. If two
# calls run at once, the second one waits and then finds no rows. Each is one statement: the database includes the rows
# that belong to a row, while Django's collector would load and delete them first.


def discard(rows: TrashableQuerySet[Any]) -> None:
    """Move rows to the trash. The database reports no count."""
    rows.alive()._raw_delete("default")


def remove(rows: TrashableQuerySet[Any]) -> int:
    """Remove rows in the trash permanently. Return the count."""
    return rows.trashed()._raw_delete("default")


def restore(rows: TrashableQuerySet[Any]) -> int:
    """Restore rows from the trash in one statement. Return the count. The database may refuse."""
    return rows.trashed().update(deleted_at=None)
