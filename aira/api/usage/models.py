"""Store how much each API key is used."""

from django.db import models
from django.db.models import Q

from aira.schema.models import Index


class KeyUsage(models.Model):
    """Requests of one key to one operation on one day (UTC). Processes add their counts every few seconds."""

    id = models.BigAutoField(primary_key=True)
    # No foreign key, which would lock the key's row with each write. Keys are never removed.
    key_id = models.UUIDField()
    day = models.DateField()
    operation = models.TextField()
    requests = models.BigIntegerField()
    client_errors = models.BigIntegerField(help_text="Answers with a status of 400 to 499.")
    server_errors = models.BigIntegerField(help_text="Answers with a status of 500 or more.")
    last_at = models.DateTimeField()

    class Meta:
        app_label = "api"
        db_table = "key_usage"
        ordering = ["-day", "operation"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="key_usage_once", fields=["key_id", "day", "operation"]),
            models.CheckConstraint(name="key_usage_counts", condition=Q(requests__gte=0)),
        ]
        indexes = [
            # Read by the purge.
            Index(name="idx_key_usage_day", fields=["day"]),
        ]

    def __str__(self) -> str:
        return f"{self.operation} on {self.day}"
