"""Store which rows changed and in which order. The trigger of `aira/sync/triggers.py` writes."""

from django.db import models
from django.db.models.functions import Now

from aira.schema.models import Index


class RowChange(models.Model):
    """Change of a row that has no position yet. A transaction adds it, and the numbering removes it."""

    id = models.BigAutoField(primary_key=True)
    table_name = models.TextField(help_text="Table of the row.")
    row_id = models.UUIDField(verbose_name="row", help_text="Id of the row.")

    class Meta:
        app_label = "platform"
        db_table = "row_changes"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class RowPosition(models.Model):
    """Position of the last change of a row, in the order of all changes. It stays when the row is removed."""

    position = models.BigIntegerField(primary_key=True, help_text="Place of the row's last change.")
    table_name = models.TextField(help_text="Table of the row.")
    row_id = models.UUIDField(verbose_name="row", help_text="Id of the row.")
    at = models.DateTimeField(verbose_name="time", help_text="When the change got its position. It never decreases.")

    class Meta:
        app_label = "platform"
        db_table = "row_positions"
        default_permissions = ()
        indexes = [
            # Sync: the next rows of one table after a position.
            Index(name="idx_row_positions_table", fields=["table_name", "position"]),
            # Beginning of a sync at a time, and removal of old positions.
            Index(name="idx_row_positions_at", fields=["at", "position"]),
        ]
        constraints = [
            # number_changes: a row has one position.
            models.UniqueConstraint(name="row_position_once", fields=["table_name", "row_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.table_name} {self.row_id}"


class SyncState(models.Model):
    """The newest position, and from when on positions are kept. It has one row, whose lock orders the numbering."""

    id = models.BigIntegerField(primary_key=True, db_default=1)
    position = models.BigIntegerField(db_default=0, help_text="The newest position.")
    at = models.DateTimeField(db_default=Now(), verbose_name="time", help_text="The time of the newest position.")
    kept_after = models.BigIntegerField(
        db_default=0, help_text="Positions up to this one may be removed. A reader that is further behind starts anew."
    )
    kept_since = models.DateTimeField(db_default=Now(), help_text="All changes from this time on have a position.")

    class Meta:
        app_label = "platform"
        db_table = "sync_state"
        default_permissions = ()
        constraints = [models.CheckConstraint(name="sync_state_has_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.position)
