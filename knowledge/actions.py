"""What staff and tools do with documents. The states are the database's: see `sql/check_document.sql`."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from aira.schema.sql_calls import rows
from knowledge.models import Document, ProcessingStatus

# In SQL, rescue_documents.sql has the first, and the health check stuck_documents.sql the second.
NEVER_ENDED, NEVER_BEGUN = timedelta(minutes=30), timedelta(hours=1)
STUCK = "Processing for over 30 minutes, or waiting for over an hour"


@transaction.atomic
def process_again(*, documents: QuerySet[Document]) -> int:
    """Queues what failed or is completed as a new attempt, with a new delivery; how many. The rest is on its way."""
    over = documents.filter(
        deleted_at=None, processing_status__in=[ProcessingStatus.FAILED, ProcessingStatus.COMPLETED]
    )
    return over.update(processing_status=ProcessingStatus.PENDING)


@transaction.atomic
def rescue() -> list[tuple[UUID, str]]:
    """What was stuck in processing, and what became of it: pending or failed."""
    return [(document, outcome) for document, outcome in rows("select * from private.rescue_documents()")]


def stuck(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Those that somebody should look at: the KB Updater never ended one, or never began."""
    now = timezone.now()
    never_ended = Q(processing_status=ProcessingStatus.PROCESSING, since__lt=now - NEVER_ENDED)
    never_begun = Q(processing_status=ProcessingStatus.PENDING, updated_at__lt=now - NEVER_BEGUN)
    # Of those that an adopted database held, nobody kept when processing began.
    documents = documents.alias(since=Coalesce("processing_started_at", "updated_at"))
    return documents.filter(never_ended | never_begun, deleted_at=None)
