from aira.api.views import ModelSerializer, TrashableViewSet
from businesses.models import Business


class BusinessSerializer(ModelSerializer):
    class Meta:
        model = Business
        exclude = ("search",)


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
