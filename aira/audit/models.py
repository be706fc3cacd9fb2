"""Read the audit, which has one row for each change of each row, and the anchors that prove it."""

from django.db import models
from django.utils.timezone import localtime

from aira.formats.dates import time_text

# The verbs of the audit, in words for people.
VERBS = {
    "insert": "added",
    "update": "changed",
    "delete": "removed permanently",
    "export": "exported",
    "erase": "erased",
    "reveal": "revealed",
    "search": "searched",
}


class AuditEvent(models.Model):
    """Change of a row, written by `aira/audit/sql/record_change.sql`.

    The table is partitioned by month: its key is (id, at).
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(verbose_name="time")
    xact_id = models.BigIntegerField(
        verbose_name="database transaction", help_text="The same number for all changes that were made together."
    )
    table_name = models.TextField(verbose_name="table")
    row_id = models.TextField(verbose_name="record")
    user = models.ForeignKey(
        "platform.Account", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, verbose_name="owner"
    )
    business_id = models.UUIDField(null=True, verbose_name="business")
    verb = models.TextField(verbose_name="change")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_kind = models.TextField(
        verbose_name="kind of actor", help_text="staff, api_key, user (an account), service, or database (a program)."
    )
    actor_id = models.TextField(null=True, verbose_name="id of the actor")
    actor_name = models.TextField(null=True, verbose_name="name of the actor")
    request_id = models.TextField(null=True, verbose_name="request")
    reason = models.TextField(null=True)

    class Meta:
        app_label = "platform"
        managed = False
        # The name is quoted as a whole, since its schema is in no role's search_path.
        db_table = '"audit"."events"'
        ordering = ["-at", "-id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"Event of {time_text(localtime(self.at))}: {VERBS.get(self.verb, self.verb)}"


class Anchor(models.Model):
    """Signed statement of the newest hashes of the ledger and the audit. See aira/ops/anchors."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(verbose_name="time", help_text="When the statement was signed.")
    statement = models.TextField(help_text="The newest hashes of the ledger and the audit, as JSON.")
    signature = models.TextField(help_text="Ed25519 signature of the statement.")
    key = models.TextField(help_text="Public key that verifies the signature.")
    sent = models.JSONField(help_text="When each destination received the statement.")

    class Meta:
        app_label = "platform"
        managed = False
        db_table = '"audit"."anchors"'
        ordering = ["-number"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"Anchor {self.number}"
