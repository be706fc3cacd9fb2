from aira.api.views import ModelSerializer, ReadOnlyViewSet
from aira.schema.models import Account


class AccountSerializer(ModelSerializer):
    class Meta:
        model = Account
        fields = "__all__"


class AccountViewSet(ReadOnlyViewSet):
    """Users of the product. In the order of their ids: the table is Supabase's, and has no index on times."""

    queryset = Account.objects.all()
    serializer_class = AccountSerializer
    orderings = {"id": ("id",), "-id": ("-id",)}
    searches = {"account": "pk"}
    filterset_fields = {"email": ["exact"], "phone": ["exact"], "created_at": ["gte", "lt"]}
