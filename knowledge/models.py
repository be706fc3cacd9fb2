"""Documents of businesses, from which the KB Updater makes knowledge for the Voice Agent."""

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from aira.events.triggers import tells
from aira.schema import texts
from aira.schema.enums import EnumField
from aira.schema.models import Index, OwnedByAccount, TrashableQuerySet
from aira.schema.triggers import Trigger, audited
from aira.sync.triggers import followed
from businesses.models import Business, BusinessChild


class ProcessingStatus(models.TextChoices):
    """Status of a document: pending, then processing, then completed or failed. Both can be queued again."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


# The KB Updater writes these fields.
FOUND_OUT = ("processing_error", "processing_started_at", "attempts", "vector_db_id", "chunk_count")

# A part that is empty, `.` or `..`, a scheme, a backslash, or an escape for one of them.
UNSAFE_PATH = r"(?:^|/)(?:\.{1,2})?(?:/|$)|^[A-Za-z][A-Za-z0-9+.-]*:|\\|%(?:00|2[eEfF]|5[cC])"


def deliver(name: str, operation: Any, **rows: str) -> Trigger:
    """Return a trigger that writes webhooks for the KB Updater to private.webhook_deliveries."""
    return Trigger(
        name=f"deliver_{name}",
        when=pgtrigger.After,
        operation=operation,
        level=pgtrigger.Statement,
        referencing=pgtrigger.Referencing(**rows),
        calls="private.deliver_documents()",
    )


class Document(BusinessChild):
    """A file that a business uploads, and the result of its processing by the KB Updater."""

    business = models.ForeignKey(
        Business,
        models.DB_CASCADE,
        related_name="documents",
        db_constraint=False,
        db_index=False,
        help_text="The business that the document is about.",
    )
    user = OwnedByAccount(
        related_name="documents",
        verbose_name="owner",
        editable=False,
        help_text="The account that owns the business. The database fills it in.",
    )

    file_name = models.TextField(help_text="Name of the uploaded file. At most 255 characters, one line.")
    file_path = models.TextField(
        help_text="Where the file is in the storage. For uploads, it begins with the id of the business and “/”."
    )
    file_size = models.BigIntegerField(null=True, blank=True, help_text="Size of the file in bytes.")
    mime_type = models.TextField(
        null=True, blank=True, verbose_name="type of file", help_text="Type of the file, such as application/pdf."
    )

    processing_status = EnumField(
        "processing_status",
        choices=ProcessingStatus,
        db_default="pending",
        verbose_name="status",
        help_text="How far the KB Updater has processed the document.",
    )
    processing_error = models.TextField(
        null=True,
        blank=True,
        verbose_name="error",
        help_text="Why the document could not be processed, in words for the owner. At most 10,000 characters.",
    )
    attempts = models.IntegerField(
        db_default=1, help_text="Number of the current attempt to process the document. Set by the database."
    )
    rescues = models.IntegerField(
        db_default=0,
        editable=False,
        verbose_name="times stuck",
        help_text="How often processing got stuck since staff last queued the document. Set by the database.",
    )
    processing_started_at = models.DateTimeField(
        null=True, blank=True, help_text="When the current attempt started. Set by the database."
    )
    processed_at = models.DateTimeField(
        null=True, editable=False, help_text="When processing was completed or failed. Set by the database."
    )

    vector_db_id = models.TextField(
        null=True,
        blank=True,
        verbose_name="id for the Voice Agent",
        help_text="Id under which the Voice Agent finds the content of the document. Set by the KB Updater.",
    )
    chunk_count = models.IntegerField(
        db_default=0,
        verbose_name="parts",
        help_text="Number of parts (chunks) into which the KB Updater divided the document. Set by the KB Updater.",
    )
    search = models.GeneratedField(
        expression=Func(F("file_name"), F("file_path"), function="private.document_search_vector"),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="Words for the full-text search. Set by the database.",
    )

    objects: ClassVar = TrashableQuerySet["Document"].as_manager()

    class Meta(BusinessChild.Meta):
        triggers = [
            *BusinessChild.Meta.triggers,
            audited("search"),
            followed(),
            Trigger(
                name="check_document",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf(
                    "id",
                    "processing_status",
                    "deleted_at",
                    "attempts",
                    "rescues",
                    "processing_started_at",
                    "processed_at",
                ),
                calls="private.check_document()",
            ),
            # A trigger with transition tables serves one event, so three are needed.
            deliver("inserted", pgtrigger.Insert, new="new_rows"),
            deliver("updated", pgtrigger.Update, old="old_rows", new="new_rows"),
            deliver("deleted", pgtrigger.Delete, old="old_rows"),
            tells(
                "added",
                pgtrigger.Insert,
                condition="new.processing_status in ('completed', 'failed') and new.deleted_at is null",
                calls="private.document_event()",
            ),
            tells(
                "changed",
                pgtrigger.UpdateOf("processing_status"),
                condition="new.processing_status in ('completed', 'failed') and new.deleted_at is null"
                " and new.processing_status <> old.processing_status",
                calls="private.document_event()",
            ),
        ]
        db_table = "documents"
        ordering = ["-created_at", "id"]
        indexes = [
            # Row security: each policy filters by the owner.
            Index(name="idx_documents_user_id", fields=["user"]),
            # For the composite foreign key to the business.
            Index(name="idx_documents_business_id", fields=["business", "user"]),
            # The original table had this index.
            Index(name="idx_documents_processing_status", fields=["processing_status"]),
            # find_documents: documents whose name or path contains given words.
            GinIndex(name="idx_documents_search", fields=["search"]),
            # API: the newest rows of all tenants, page by page.
            Index(name="idx_documents_created", fields=["-created_at", "-id"]),
            # Console: failed and stuck documents, on the start page and in the list.
            Index(
                name="idx_documents_unfinished",
                fields=["-created_at", "id"],
                condition=Q(processing_status__in=["pending", "processing", "failed"]),
            ),
            # Purge of the trash.
            Index(name="idx_documents_trash", fields=["deleted_at"], condition=Q(deleted_at__isnull=False)),
        ]
        constraints = [
            texts.readable("document_file_name_readable", "file_name", texts.FILE_NAME, "The file's name"),
            # The KB Updater opens the file at this path with a key that can open every tenant's files.
            models.CheckConstraint(
                name="document_path_is_safe",
                condition=Q(LessThanOrEqual(Length("file_path"), texts.PATH), file_path__regex=texts.READABLE)
                & ~Q(file_path__regex=UNSAFE_PATH),
                violation_error_message=(
                    "The path must have at most 1,024 visible characters, such as 2f1c…/menu.pdf. It can't have “..”, "
                    "an empty part, “/” at the beginning or end, “\\”, a scheme such as “http:” or an escape such as "
                    "“%2e”."
                ),
            ),
            texts.readable("document_mime_type_readable", "mime_type", texts.ID, "The MIME type"),
            texts.at_most("document_error_length", "processing_error", texts.NOTES, "The processing error"),
            texts.readable("document_vector_db_id_readable", "vector_db_id", texts.ID, "The vector database's id"),
            models.CheckConstraint(
                name="document_size_not_negative",
                condition=Q(file_size__gte=0),
                violation_error_message="The file size must be at least 0 bytes.",
            ),
            models.CheckConstraint(
                name="document_chunks_not_negative",
                condition=Q(chunk_count__gte=0),
                violation_error_message="The number of parts must be at least 0.",
            ),
            models.CheckConstraint(
                name="document_attempts_not_negative",
                condition=Q(attempts__gte=0),
                violation_error_message="The number of attempts must be at least 0.",
            ),
            models.CheckConstraint(
                name="failed_document_has_error",
                condition=~Q(processing_status="failed") | Q(processing_error__isnull=False),
                violation_error_message="A failed document needs a processing error. Give the reason of the failure.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
