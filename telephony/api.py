"""Resources of the API for phone numbers."""

from aira.api.serializers import ModelSerializer
from aira.api.views import TrashableViewSet
from telephony.models import BusinessNumber


class BusinessNumberSerializer(ModelSerializer):
    """A phone number."""

    class Meta:
        model = BusinessNumber
        fields = "__all__"


class BusinessNumberViewSet(TrashableViewSet):
    """Phone numbers."""

    queryset = BusinessNumber.objects.all()
    serializer_class = BusinessNumberSerializer
    synced = True
    expands = {"business": "businesses", "user": "accounts"}
    searches = {"number": "pk", "account": "user_id", "business": "business_id"}
    filterset_fields = {
        "user": ["exact"],
        "business": ["exact"],
        "phone_number": ["exact"],
        "is_active": ["exact"],
        "created_at": ["gte", "lt"],
    }
