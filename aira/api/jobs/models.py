"""Store the jobs of the API, the items of bulk requests, and the files of exports."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from aira.schema import texts

EXPORT, BULK, SEARCH = "export", "bulk", "search"
KINDS = {EXPORT: "Export of a list", BULK: "Bulk request", SEARCH: "Search for contradictions"}


class ApiJob(models.Model):
    """Work that a program asked for, and that the worker does.

    A worker that continues a job raises `attempt`. An earlier worker thereby learns that it has lost the job.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.TextField(choices=list(KINDS.items()))
    operation = models.TextField(help_text="Operation that the caller asked for, such as a bulk request or an export.")
    # It may hold personal data, so it is removed with the file.
    request = models.JSONField(null=True)
    actor_kind = models.TextField(verbose_name="kind of caller")
    actor_id = models.TextField(verbose_name="id of the caller")
    actor_name = models.TextField(verbose_name="requested by")
    request_id = models.TextField(verbose_name="id of the request")
    reason = models.TextField(null=True)
    personal = models.BooleanField(
        default=False, verbose_name="shows people", help_text="Whether personal data in the file is unmasked."
    )
    total = models.BigIntegerField(null=True, help_text="Number of rows. Empty until they are counted.")
    done = models.BigIntegerField(default=0, help_text="Number of rows that were handled.")
    # Where an export continues: the values of the order in its last row.
    after = models.JSONField(null=True)
    result = models.JSONField(null=True)
    problem = models.JSONField(null=True)
    attempt = models.BigIntegerField(default=0, help_text="How many workers began or continued it.")
    seen_at = models.DateTimeField(null=True, help_text="When the worker last made progress.")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, help_text="When the file and the result are removed.")
    size = models.BigIntegerField(null=True, help_text="Bytes of the file.")
    packed_size = models.BigIntegerField(null=True, help_text="Bytes of the file if it is sent with gzip.")
    link_version = models.BigIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, help_text="When the file and the result were removed.")
    downloaded_at = models.DateTimeField(null=True, help_text="When the file was last sent.")

    class Meta:
        app_label = "api"
        db_table = "api_jobs"
        ordering = ["-created_at", "id"]
        verbose_name = "API job"
        default_permissions = ("view", "change")
        constraints = [
            texts.at_most("api_job_reason_length", "reason", texts.REASON, "The reason"),
            models.CheckConstraint(
                name="api_job_ends_after_its_start", condition=Q(finished_at=None) | Q(started_at__isnull=False)
            ),
        ]
        indexes = [
            # Read by api.resume_jobs.
            models.Index(name="idx_api_jobs_open", fields=["created_at"], condition=Q(finished_at=None)),
            # Read by lists: the jobs of one caller.
            models.Index(name="idx_api_jobs_actor", fields=["actor_id", "-created_at", "-id"]),
            # Read by api.purge_jobs.
            models.Index(name="idx_api_jobs_expires", fields=["expires_at"], condition=Q(removed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.operation} of {self.actor_name}"

    @property
    def state(self) -> str:
        """State of the job."""
        if self.cancelled_at:
            return "cancelled"
        if self.finished_at:
            if self.problem:
                return "failed"
            return "expired" if self.removed_at or self.is_over(timezone.now()) else "finished"
        return "running" if self.started_at else "waiting"

    @property
    def resource(self) -> str | None:
        """Resource whose list is exported. None after the file was removed."""
        return (self.request or {}).get("resource")

    @property
    def format(self) -> str | None:
        """Format of the file."""
        return (self.request or {}).get("format")

    @property
    def filters(self) -> dict[str, str] | None:
        """Query parameters of the list."""
        return (self.request or {}).get("filters")

    def is_over(self, now: datetime) -> bool:
        """Tell whether the file and the result are to be removed."""
        return self.expires_at is not None and self.expires_at <= now


class JobItem(models.Model):
    """Item of a bulk request, with its outcome. The row itself is not kept."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(ApiJob, models.DB_CASCADE, related_name="items", db_index=False)
    index = models.BigIntegerField()
    item = models.JSONField()
    outcome = models.JSONField(null=True)

    class Meta:
        app_label = "api"
        db_table = "api_job_items"
        ordering = ["index"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="job_item_once", fields=["job", "index"])]

    def __str__(self) -> str:
        return f"item {self.index}"


class ExportChunk(models.Model):
    """Part of a file, compressed on its own. Members of gzip that follow each other are one gzip file."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(ApiJob, models.DB_CASCADE, related_name="chunks", db_index=False)
    position = models.BigIntegerField()
    start = models.BigIntegerField(help_text="Byte of the file at which it begins.")
    size = models.BigIntegerField()
    packed_start = models.BigIntegerField(help_text="The same for the compressed file.")
    packed_size = models.BigIntegerField()
    content = models.BinaryField()

    class Meta:
        app_label = "api"
        db_table = "export_chunks"
        ordering = ["position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="export_chunk_once", fields=["job", "position"])]

    def __str__(self) -> str:
        return f"part {self.position}"
