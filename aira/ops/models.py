"""Store the results of operations: archives, backups, drills and integrity runs."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from aira.formats.dates import day_text, time_text


class Archive(models.Model):
    """Month of a partitioned table that was archived to a file."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    table_name = models.TextField(verbose_name="table")
    month = models.DateField()
    file = models.TextField(help_text="Name in ARCHIVE_DIR")
    rows = models.BigIntegerField()
    size = models.BigIntegerField(help_text="Bytes")
    sha256 = models.TextField(help_text="Hash of the file")
    created_at = models.DateTimeField(db_default=Now(), editable=False, help_text="Time at which the month was dropped")
    restored_at = models.DateTimeField(null=True, editable=False, help_text="Time at which the month was restored")

    class Meta:
        db_table = "archives"
        ordering = ["-month", "table_name"]
        constraints = [models.UniqueConstraint(name="month_is_archived_once", fields=["table_name", "month"])]

    def __str__(self) -> str:
        return f"{self.table_name}, {self.month:%Y-%m}"


class Backup(models.Model):
    """Backup that was made and read again: a file, or pgBackRest's stanza/label. Its manifest is in BACKUP_DIR."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    file = models.TextField(unique=True)
    taken_at = models.DateTimeField(help_text="The backup holds all transactions committed by this time")
    duration = models.DurationField()
    rows = models.BigIntegerField()
    size = models.BigIntegerField(help_text="Bytes")
    sha256 = models.TextField(help_text="Hash of the file")

    class Meta:
        db_table = "backups"
        ordering = ["-taken_at"]

    def __str__(self) -> str:
        return self.file


class RestoreDrill(models.Model):
    """Restore of a backup into a separate server, and its comparison with the recorded state."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    file = models.TextField(help_text="Name of the backup")
    restored_in = models.DurationField(help_text="RTO: time until the restored database answered")
    lost = models.DurationField(help_text="RPO: age of the backup")
    rows = models.BigIntegerField(help_text="Number of restored rows")
    problems = models.JSONField(default=list, help_text="Empty if the restored database matches the backup")

    class Meta:
        db_table = "restore_drills"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.file}, {day_text(self.at)}"


class IntegrityRun(models.Model):
    """Run of the integrity checks over all stored data."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    duration = models.DurationField()
    faults = models.JSONField(default=list, help_text="Empty if all data obey their rules")
    looked_at = models.JSONField(default=dict, help_text="Number of objects that each part checked")
    not_looked_at = models.JSONField(default=dict, help_text="Objects that could not be checked, and why")

    class Meta:
        db_table = "integrity_runs"
        ordering = ["-at"]

    def __str__(self) -> str:
        return time_text(self.at)


class WorkerProcess(models.Model):
    """Process of `manage.py worker`. It writes its row every 15 seconds."""

    id = models.UUIDField(primary_key=True, editable=False)
    host = models.TextField()
    pid = models.BigIntegerField(verbose_name="process id")
    version = models.TextField(help_text="Release that the process runs")
    parts = ArrayField(models.TextField(), help_text="dispatcher, jobs, or both")
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(db_default=Now(), help_text="Time of the last heartbeat")
    looped_at = models.DateTimeField(null=True, help_text="Time at which the dispatcher last looked for deliveries")
    stopped_at = models.DateTimeField(null=True, help_text="Time at which the process ended in order")
    jobs_done = models.BigIntegerField(db_default=0)
    deliveries_made = models.BigIntegerField(db_default=0, help_text="Number of attempts")

    class Meta:
        db_table = "worker_processes"
        ordering = ["-seen_at"]
        verbose_name_plural = "worker processes"

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
