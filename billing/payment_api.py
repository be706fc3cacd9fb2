"""Resources of the API for payments at the provider, and for what it reported of them."""

from typing import Any

from rest_framework import serializers

from aira.api.serializers import ModelSerializer
from aira.api.views import ReadOnlyViewSet
from billing.models import Payment, PaymentFact


class ReportedAmount(serializers.DecimalField):
    """An amount that the provider reported, in major units. It has no limits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=None, decimal_places=None, read_only=True, **kwargs)


class PaymentFactSerializer(ModelSerializer):
    """A payment fact."""

    payment = serializers.CharField(source="payment_id", read_only=True)
    amount = ReportedAmount()

    class Meta:
        model = PaymentFact
        fields = "__all__"


class PaymentSerializer(ModelSerializer):
    """A payment."""

    lost_amount = ReportedAmount(help_text="Refunds and disputes above the payment: a loss of AiRa")

    class Meta:
        model = Payment
        exclude = ("requested_amount", "gone_amount")


class PaymentViewSet(ReadOnlyViewSet):
    """Payments at the provider, and whether the ledger agrees with their facts."""

    queryset = Payment.objects.all()
    serializer_class = PaymentSerializer
    lookup_value_regex = "[A-Za-z0-9_:.-]{1,255}"
    searches = {"account": "user_id", "transaction": "transaction_id"}
    filterset_fields = {"user": ["exact"], "transaction": ["exact"], "state": ["exact"], "created_at": ["gte", "lt"]}


class PaymentFactViewSet(ReadOnlyViewSet):
    """Reports of the provider: one row for each state of a payment, refund or dispute."""

    queryset = PaymentFact.objects.all()
    serializer_class = PaymentFactSerializer
    filterset_fields = {"payment": ["exact"], "kind": ["exact"], "state": ["exact"], "created_at": ["gte", "lt"]}
