from aira.api.views import ModelSerializer, ReadOnlyViewSet
from aira.db.models import Account


class AccountSerializer(ModelSerializer):
    class Meta:
        model = Account
        fields = "__all__"


class AccountViewSet(ReadOnlyViewSet):
    queryset = Account.objects.all()
    serializer_class = AccountSerializer
    filterset_fields = {"email": ["exact"], "phone": ["exact"], "created_at": ["gte", "lt"]}
