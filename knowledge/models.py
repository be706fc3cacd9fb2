"""Documents that a business uploads and the KB Updater turns into knowledge."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aira.db.enums import EnumField
from aira.db.models import Index, OwnedByAccount, TrashableQuerySet
from businesses.models import Business, BusinessChild


class ProcessingStatus(models.TextChoices):
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class Document(BusinessChild):
    business = models.ForeignKey(
        Business, models.DB_CASCADE, related_name="documents", db_constraint=False, db_index=False
    )
    user = OwnedByAccount(related_name="documents", verbose_name="owner", editable=False)

    file_name = models.TextField()
    file_path = models.TextField()
    file_size = models.BigIntegerField(null=True, blank=True, help_text="Bytes")
    mime_type = models.TextField(null=True, blank=True)

    processing_status = EnumField("processing_status", choices=ProcessingStatus, db_default="pending")
    processing_error = models.TextField(null=True, blank=True)
    attempts = models.IntegerField(db_default=0)
    processing_started_at = models.DateTimeField(null=True, blank=True)

    vector_db_id = models.TextField(null=True, blank=True)
    chunk_count = models.IntegerField(db_default=0)

    objects: ClassVar = TrashableQuerySet["Document"].as_manager()

    class Meta(BusinessChild.Meta):
        db_table = "documents"
        ordering = ["-created_at", "id"]
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_documents_user_id", fields=["user"]),
            # The composite foreign key to the business.
            Index(name="idx_documents_business_id", fields=["business", "user"]),
            Index(name="idx_documents_processing_status", fields=["processing_status"]),
            # Purge of the trash.
            Index(name="idx_documents_trash", fields=["deleted_at"], condition=Q(deleted_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="document_size_not_negative",
                condition=Q(file_size__gte=0),
                violation_error_message="The file size must be at least 0 bytes.",
            ),
            models.CheckConstraint(
                name="document_chunks_not_negative",
                condition=Q(chunk_count__gte=0),
                violation_error_message="The number of chunks must be at least 0.",
            ),
            models.CheckConstraint(
                name="document_attempts_not_negative",
                condition=Q(attempts__gte=0),
                violation_error_message="The number of attempts must be at least 0.",
            ),
            models.CheckConstraint(
                name="failed_document_has_error",
                condition=~Q(processing_status="failed") | Q(processing_error__isnull=False),
                violation_error_message="A failed document needs its processing error.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
