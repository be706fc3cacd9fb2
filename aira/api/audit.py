"""The audit over the API."""

from aira.api.pagination import NewestFirst
from aira.api.views import ModelSerializer, ReadOnlyViewSet
from aira.db.models import AuditEvent


class EventSerializer(ModelSerializer):
    class Meta:
        model = AuditEvent
        fields = "__all__"


class EventPagination(NewestFirst):
    ordering = ("-at", "-id")


class AuditEventViewSet(ReadOnlyViewSet):
    """Who changed what; `before` and `after` hold the changed columns."""

    queryset = AuditEvent.objects.all()
    serializer_class = EventSerializer
    pagination_class = EventPagination
    lookup_value_regex = "[0-9]{1,18}"
    filterset_fields = {
        "table_name": ["exact"],
        "row_id": ["exact"],
        "user": ["exact"],
        "business_id": ["exact"],
        "verb": ["exact"],
        "actor_kind": ["exact"],
        "at": ["gte", "lt"],
    }
