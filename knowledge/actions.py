"""Actions of staff and tools with documents. `sql/check_document.sql` defines the states."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from aira.schema.sql_calls import rows
from knowledge.models import Document, ProcessingStatus

# rescue_documents.sql has the first value, and the health check stuck_documents.sql the second.
NEVER_ENDED, NEVER_STARTED = timedelta(minutes=30), timedelta(hours=1)
STUCK = "Processing for more than 30 minutes, or waiting for more than an hour"


@transaction.atomic
def process_again(*, documents: QuerySet[Document]) -> int:
    """Queue completed and failed documents for a new attempt. Return their number.

    Documents that are pending or processing stay unchanged.
    """
    ended = documents.filter(
        deleted_at=None, processing_status__in=[ProcessingStatus.FAILED, ProcessingStatus.COMPLETED]
    )
    return ended.update(processing_status=ProcessingStatus.PENDING)


@transaction.atomic
def rescue() -> list[tuple[UUID, str]]:
    """Queue documents that are stuck in processing. Return each id and its new status, pending or failed."""
    return [(document, outcome) for document, outcome in rows("select * from private.rescue_documents()")]


def stuck(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Return the documents whose processing never ended or never started."""
    now = timezone.now()
    never_ended = Q(processing_status=ProcessingStatus.PROCESSING, since__lt=now - NEVER_ENDED)
    never_started = Q(processing_status=ProcessingStatus.PENDING, updated_at__lt=now - NEVER_STARTED)
    # Documents of an adopted database have no time at which processing started.
    documents = documents.alias(since=Coalesce("processing_started_at", "updated_at"))
    return documents.filter(never_ended | never_started, deleted_at=None)
