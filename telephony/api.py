"""Resources of the API for phone numbers."""

from aira.api.bulk.changes import bulk_action
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

    bulk_trash = bulk_action("trash", "Release up to 100 phone numbers: move them to the trash.")
