"""What staff and tools do with documents. The states are the database's: see `sql/check_document.sql`."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from aira.db.functions import rows
from knowledge.models import Document, ProcessingStatus


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
