"""What operations leave behind."""

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now


class Archive(models.Model):
    """A month of a partitioned table that lives in a file."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    table_name = models.TextField(verbose_name="table")
    month = models.DateField()
    file = models.TextField(help_text="In ARCHIVE_DIR")
    rows = models.BigIntegerField()
    size = models.BigIntegerField(help_text="Bytes")
    sha256 = models.TextField(help_text="Of the file")
    created_at = models.DateTimeField(db_default=Now(), editable=False, help_text="When the month was dropped")
    restored_at = models.DateTimeField(null=True, editable=False, help_text="When it was brought back")

    class Meta:
        db_table = "archives"
        ordering = ["-month", "table_name"]
        constraints = [models.UniqueConstraint(name="month_is_archived_once", fields=["table_name", "month"])]

    def __str__(self) -> str:
        return f"{self.table_name}, {self.month:%Y-%m}"
