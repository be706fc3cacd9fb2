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
    file = models.TextField(help_text="Name of the file in the folder of archives.")
    rows = models.BigIntegerField()
    size = models.BigIntegerField(verbose_name="size in bytes")
    sha256 = models.TextField(verbose_name="SHA-256", help_text="Hash that shows whether the file was altered.")
    created_at = models.DateTimeField(
        db_default=Now(), editable=False, verbose_name="archived at", help_text="When the month left the database."
    )
    restored_at = models.DateTimeField(
        null=True, editable=False, help_text="When the month was brought back into the database."
    )

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
    taken_at = models.DateTimeField(help_text="The backup contains everything that was saved before this time.")
    duration = models.DurationField()
    rows = models.BigIntegerField()
    size = models.BigIntegerField(verbose_name="size in bytes")
    sha256 = models.TextField(verbose_name="SHA-256", help_text="Hash that shows whether the file was altered.")

    class Meta:
        db_table = "backups"
        ordering = ["-taken_at"]

    def __str__(self) -> str:
        return self.file


class RestoreDrill(models.Model):
    """Restore of a backup into a separate server, and its comparison with the recorded state."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False, verbose_name="time")
    file = models.TextField(verbose_name="backup", help_text="Name of the backup.")
    restored_in = models.DurationField(help_text="Time until the restored database answered (RTO).")
    lost = models.DurationField(
        verbose_name="age of the backup", help_text="A restore at that time would have lost this much (RPO)."
    )
    rows = models.BigIntegerField(help_text="Number of restored rows.")
    problems = models.JSONField(default=list, help_text="Empty if the restored database matches the backup.")

    class Meta:
        db_table = "restore_drills"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.file}, {day_text(self.at)}"


class IntegrityRun(models.Model):
    """Run of the integrity checks over all stored data."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False, verbose_name="time")
    duration = models.DurationField()
    faults = models.JSONField(default=list, help_text="Empty if all data obey their rules.")
    looked_at = models.JSONField(
        default=dict, verbose_name="checked", help_text="How many objects each part of the run checked."
    )
    not_looked_at = models.JSONField(
        default=dict, verbose_name="not checked", help_text="Objects that could not be checked, and why."
    )

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
    version = models.TextField(verbose_name="release", help_text="Version of this software that the process runs.")
    parts = ArrayField(
        models.TextField(),
        verbose_name="tasks",
        help_text="dispatcher (sends webhooks), jobs (runs background jobs), or both.",
    )
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(
        db_default=Now(), verbose_name="last seen", help_text="The process reports every 15 seconds."
    )
    looped_at = models.DateTimeField(
        null=True, verbose_name="last look", help_text="When the dispatcher last looked for webhooks to send."
    )
    stopped_at = models.DateTimeField(
        null=True, help_text="When the process ended in order. Empty while it runs, or if it was killed."
    )
    jobs_done = models.BigIntegerField(db_default=0)
    deliveries_made = models.BigIntegerField(
        db_default=0, verbose_name="webhooks sent", help_text="Number of attempts to send a webhook."
    )

    class Meta:
        db_table = "worker_processes"
        ordering = ["-seen_at"]
        verbose_name_plural = "worker processes"

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
