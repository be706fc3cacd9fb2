"""Resources of the API for businesses."""

from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from aira.api.serializers import ModelSerializer
from aira.api.views import TrashableViewSet
from businesses.models import Business, appointments_above_capacity


class BusinessSerializer(ModelSerializer):
    """A business."""

    class Meta:
        model = Business
        exclude = ("search",)


class AboveCapacitySerializer(serializers.Serializer):
    """An appointment above the capacity."""

    appointment = serializers.UUIDField()
    scheduled_at = serializers.DateTimeField()


class RestoredBusinessSerializer(BusinessSerializer):
    """A restored business."""

    above_capacity = AboveCapacitySerializer(
        many=True, read_only=True, help_text="Future appointments that exceed the capacity"
    )


@extend_schema_view(
    restore=extend_schema(
        request=None,
        responses={200: RestoredBusinessSerializer, 202: None},
        description="Restore a business and the rows that went to the trash with it. Appointments may then exceed a"
        " capacity that was lowered: `above_capacity` lists them. 202 if a job restores more than 5,000 rows.",
    )
)
class BusinessViewSet(TrashableViewSet):
    """Businesses."""

    queryset = Business.objects.defer("search")
    serializer_class = BusinessSerializer
    synced = True
    expands = {"user": "accounts"}
    searches = {"business": "pk", "account": "user_id"}
    filterset_fields = {
        "user": ["exact"],
        "business_type": ["exact"],
        "is_active": ["exact"],
        "created_at": ["gte", "lt"],
    }

    def restored(self, pk: str) -> Response:
        """Return the restored business and its appointments above the capacity."""
        answer = super().restored(pk)
        found = [{"appointment": one, "scheduled_at": at} for one, at in appointments_above_capacity(UUID(pk))]
        answer.data["above_capacity"] = AboveCapacitySerializer(found, many=True).data
        return answer
