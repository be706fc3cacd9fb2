from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from aira.api.views import ModelSerializer, TrashableViewSet
from businesses.models import Business, appointments_above_capacity


class BusinessSerializer(ModelSerializer):
    class Meta:
        model = Business
        exclude = ("search",)


class AboveCapacitySerializer(serializers.Serializer):
    appointment = serializers.UUIDField()
    scheduled_at = serializers.DateTimeField()


class RestoredBusinessSerializer(BusinessSerializer):
    above_capacity = AboveCapacitySerializer(
        many=True, read_only=True, help_text="Appointments to come of which there are more at a time than capacity"
    )


@extend_schema_view(
    restore=extend_schema(
        request=None,
        responses={200: RestoredBusinessSerializer, 202: None},
        description="Brings it back with what went to the trash with it, appointments also above a capacity that was"
        " lowered meanwhile: `above_capacity` names them. 202 when more than 5,000 rows go along: a job does it.",
    )
)
class BusinessViewSet(TrashableViewSet):
    queryset = Business.objects.defer("search")
    serializer_class = BusinessSerializer
    searches = {"business": "pk", "account": "user_id"}
    filterset_fields = {
        "user": ["exact"],
        "business_type": ["exact"],
        "is_active": ["exact"],
        "created_at": ["gte", "lt"],
    }

    def restored(self, pk: str) -> Response:
        answer = super().restored(pk)
        found = [{"appointment": one, "scheduled_at": at} for one, at in appointments_above_capacity(UUID(pk))]
        answer.data["above_capacity"] = AboveCapacitySerializer(found, many=True).data
        return answer
