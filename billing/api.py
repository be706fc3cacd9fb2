from rest_framework import serializers

from aira.api.views import ModelSerializer, ReadOnlyViewSet
from billing.models import LedgerEntry, Transaction, Wallet


class WalletSerializer(ModelSerializer):
    class Meta:
        model = Wallet
        fields = "__all__"


class WalletViewSet(ReadOnlyViewSet):
    queryset = Wallet.objects.all()
    serializer_class = WalletSerializer
    filterset_fields = {"user": ["exact"], "currency": ["exact"], "is_active": ["exact"], "created_at": ["gte", "lt"]}


class TransactionSerializer(ModelSerializer):
    class Meta:
        model = Transaction
        fields = "__all__"


class TransactionViewSet(ReadOnlyViewSet):
    queryset = Transaction.objects.all()
    serializer_class = TransactionSerializer
    filterset_fields = {
        "user": ["exact"],
        "type": ["exact"],
        "status": ["exact"],
        "currency": ["exact"],
        "business_number": ["exact"],
        "stripe_payment_intent_id": ["exact"],
        "amount": ["gte", "lte"],
        "created_at": ["gte", "lt"],
    }


class LedgerEntrySerializer(ModelSerializer):
    hash = serializers.SerializerMethodField(help_text="SHA-256 in hex, chained per wallet")

    class Meta:
        model = LedgerEntry
        fields = "__all__"

    def get_hash(self, entry: LedgerEntry) -> str:
        return bytes(entry.hash).hex()


class LedgerEntryViewSet(ReadOnlyViewSet):
    queryset = LedgerEntry.objects.all()
    serializer_class = LedgerEntrySerializer
    filterset_fields = {
        "user": ["exact"],
        "wallet": ["exact"],
        "transaction": ["exact"],
        "kind": ["exact"],
        "currency": ["exact"],
        "created_at": ["gte", "lt"],
    }
