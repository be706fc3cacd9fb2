"""Show the audit over the API."""

from typing import Any, override

from aira.api.serializers import ModelSerializer
from aira.api.views import ReadOnlyViewSet
from aira.audit.events import model_of
from aira.audit.models import AuditEvent
from aira.personal.masks import all_as_seen


class AuditEventSerializer(ModelSerializer):
    """Audit event with personal data masked for the reader."""

    class Meta:
        model = AuditEvent
        fields = "__all__"

    @override
    def to_representation(self, event: AuditEvent) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(event)
        model = model_of(event.table_name)
        for side in ("before", "after"):
            data[side] = all_as_seen(model, event.row_id, data[side])
        return data


class AuditEventViewSet(ReadOnlyViewSet):
    """Audit events. `before` and `after` hold the changed columns."""

    queryset = AuditEvent.objects.all()
    serializer_class = AuditEventSerializer
    # Sort by id. Each partition has an index of it, and it follows the time.
    orderings = {"-at": ("-id",), "at": ("id",)}
    lookup_value_regex = "[0-9]{1,18}"
    filterset_fields = {
        "table_name": ["exact"],
        "row_id": ["exact"],
        "user": ["exact"],
        "business_id": ["exact"],
        "verb": ["exact"],
        "actor_kind": ["exact"],
        "actor_id": ["exact"],
        "request_id": ["exact"],
        "at": ["gte", "lt"],
    }
