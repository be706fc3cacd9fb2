from aira.api.views import ModelSerializer, ModelViewSet
from knowledge.models import Document


class DocumentSerializer(ModelSerializer):
    class Meta:
        model = Document
        fields = "__all__"
        # What processing finds out is the KB Updater's to write.
        read_only_fields = ("processing_error", "processing_started_at", "attempts", "vector_db_id", "chunk_count")


class DocumentViewSet(ModelViewSet):
    queryset = Document.objects.all()
    serializer_class = DocumentSerializer
    filterset_fields = {
        "user": ["exact"],
        "business": ["exact"],
        "processing_status": ["exact"],
        "deleted_at": ["isnull"],
        "created_at": ["gte", "lt"],
    }
