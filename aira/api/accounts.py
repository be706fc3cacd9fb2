"""Show accounts over the API."""

from aira.api.serializers import ModelSerializer
from aira.api.views import ReadOnlyViewSet
from aira.schema.models import Account


class AccountSerializer(ModelSerializer):
    """Account as the API shows it."""

    class Meta:
        model = Account
        fields = "__all__"


class AccountViewSet(ReadOnlyViewSet):
    """Accounts of the product, ordered by id, since Supabase's table has no index on times."""

    queryset = Account.objects.all()
    serializer_class = AccountSerializer
    orderings = {"id": ("id",), "-id": ("-id",)}
    searches = {"account": "pk"}
    filterset_fields = {"email": ["exact"], "phone": ["exact"], "created_at": ["gte", "lt"]}
