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


class Backup(models.Model):
    """A backup that was made and read again; the file, or pgBackRest's stanza/label, and its manifest in BACKUP_DIR."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    file = models.TextField(unique=True)
    taken_at = models.DateTimeField(help_text="What was committed by then is in it")
    duration = models.DurationField()
    rows = models.BigIntegerField()
    size = models.BigIntegerField(help_text="Bytes")
    sha256 = models.TextField(help_text="Of the file")

    class Meta:
        db_table = "backups"
        ordering = ["-taken_at"]

    def __str__(self) -> str:
        return self.file


class RestoreDrill(models.Model):
    """A backup that was restored into a server of its own and compared with what was backed up."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    file = models.TextField(help_text="The backup")
    restored_in = models.DurationField(help_text="RTO: until the restored database answered")
    lost = models.DurationField(help_text="RPO: how old the backup was")
    rows = models.BigIntegerField(help_text="That were there again")
    problems = models.JSONField(
        default=list, help_text="Empty when the restored database is the one that was backed up"
    )

    class Meta:
        db_table = "restore_drills"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.file}, {self.at:%Y-%m-%d}"


class IntegrityRun(models.Model):
    """Everything that is stored, read and compared with its rules."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    duration = models.DurationField()
    faults = models.JSONField(default=list, help_text="Empty when everything is as its rules say")
    looked_at = models.JSONField(default=dict, help_text="How many things each part has looked at")
    not_looked_at = models.JSONField(default=dict, help_text="What it could not look at, and why")

    class Meta:
        db_table = "integrity_runs"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
