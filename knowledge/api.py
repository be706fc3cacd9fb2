"""Resources of the API for documents."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.bulk.changes import bulk_action
from aira.api.request_bodies import ReasonSerializer
from aira.api.serializers import ModelSerializer
from aira.api.views import TrashableViewSet
from aira.schema.errors import Refused
from knowledge import actions
from knowledge.models import FOUND_OUT, Document


class DocumentSerializer(ModelSerializer):
    """A document."""

    class Meta:
        model = Document
        exclude = ("search",)
        read_only_fields = FOUND_OUT


class NotFailed(Refused):
    """Only a failed document can be retried."""

    kind = "document_not_failed"


class InTrash(Refused):
    """The document is in the trash."""

    kind = "document_in_trash"


class DocumentViewSet(TrashableViewSet):
    """Documents and the actions on them."""

    queryset = Document.objects.defer("search")
    serializer_class = DocumentSerializer
    synced = True
    expands = {"business": "businesses", "user": "accounts"}
    searches = {"document": "pk", "account": "user_id", "business": "business_id"}
    changed_by = {**TrashableViewSet.changed_by, "processing_status": ("process_again", "retry")}
    filterset_fields = {
        "user": ["exact"],
        "business": ["exact"],
        "processing_status": ["exact"],
        "created_at": ["gte", "lt"],
    }

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def process_again(self, request: Request, pk: str) -> Response:
        """Queue a completed or failed document for a new attempt. A pending or processing one stays unchanged."""
        actions.process_again(documents=Document.objects.filter(pk=self.get_object().pk))
        return self.one(pk)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Queue a failed document for a new attempt. 409 for any other."""
        document = self.get_object()
        if not actions.process_again(documents=Document.objects.filter(pk=document.pk, processing_status="failed")):
            # Somebody else may have been faster, so read its current state.
            document.refresh_from_db()
            if document.deleted_at:
                raise InTrash("The document is in the trash. Restore it first.")
            raise NotFailed(f"The document is {document.processing_status}. Only a failed document can be retried.")
        return self.one(pk)

    bulk_retry = bulk_action("retry", "Queue up to 100 failed documents for a new attempt.")
    bulk_process_again = bulk_action("process_again", "Queue up to 100 documents for a new attempt.")
    bulk_trash = bulk_action("trash", "Move up to 100 documents to the trash.")
