from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.bulk import Bulk
from aira.api.request_bodies import ReasonSerializer, Serializer
from aira.api.value_fields import Choice, Moment, require_order
from aira.api.views import ModelSerializer, ReadOnlyViewSet
from billing import actions
from billing.models import (
    Currency,
    LedgerEntry,
    Payment,
    PaymentFact,
    Transaction,
    TransactionStatus,
    TransactionType,
    Wallet,
)
from billing.permissions import MAY_REFUND


class WalletSerializer(ModelSerializer):
    class Meta:
        model = Wallet
        exclude = ("ledger_hash",)


class StatementSerializer(serializers.Serializer):
    start = Moment()
    end = Moment(help_text="Not included")
    currency = Choice(Currency.choices, default="USD")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        require_order(attrs["start"], attrs["end"])
        return attrs


class WalletStatementSerializer(serializers.Serializer):
    currency = serializers.ChoiceField(Currency.choices)
    opening_balance = serializers.DecimalField(max_digits=10, decimal_places=2)
    entries = serializers.ListField(child=serializers.DictField(), help_text="Postings in their order, amounts as text")
    closing_balance = serializers.DecimalField(max_digits=10, decimal_places=2)


class WalletViewSet(ReadOnlyViewSet):
    queryset = Wallet.objects.defer("ledger_hash")
    serializer_class = WalletSerializer
    searches = {"account": "user_id"}
    filterset_fields = {"user": ["exact"], "currency": ["exact"], "is_active": ["exact"], "created_at": ["gte", "lt"]}

    @extend_schema(parameters=[StatementSerializer], responses=WalletStatementSerializer)
    @action(detail=True, question=StatementSerializer, answers_row=False)
    def statement(self, request: Request, pk: str) -> Response:
        """Opening balance, entries and closing balance of a period, in one currency."""
        found = actions.statement(user=self.get_object().user_id, **self.asked(request))
        opening, closing = f"{found.opening_balance:.2f}", f"{found.closing_balance:.2f}"
        return Response(
            {
                "currency": found.currency,
                "opening_balance": opening,
                "entries": found.entries,
                "closing_balance": closing,
            }
        )


class TransactionSerializer(ModelSerializer):
    class Meta:
        model = Transaction
        fields = "__all__"


class RecordSerializer(Serializer):
    user = serializers.UUIDField()
    type = Choice(TransactionType.choices, source="kind")
    amount = serializers.DecimalField(max_digits=10, decimal_places=2)
    currency = Choice(Currency.choices)
    status = Choice(TransactionStatus.choices, default="pending")
    description = serializers.CharField(default=None)
    metadata = serializers.JSONField(default=None)
    stripe_payment_intent_id = serializers.CharField(default=None)
    business_number = serializers.UUIDField(default=None)
    idempotency_key = serializers.CharField(default=None, help_text="Sent again with the same content, it records once")
    hold = serializers.BooleanField(default=False)
    expires_at = Moment(default=None)


class CompleteSerializer(Serializer):
    amount = serializers.DecimalField(
        max_digits=10, decimal_places=2, default=None, help_text="Of a hold: how much is taken; all of it by default"
    )


class RefundSerializer(Serializer):
    amount = serializers.DecimalField(
        max_digits=10, decimal_places=2, default=None, help_text="All that is left by default"
    )
    reason = serializers.CharField(default=None)
    key = serializers.CharField(default=None, help_text="Sent again, it refunds once")


class AdjustSerializer(Serializer):
    user = serializers.UUIDField(help_text="The account whose wallet is adjusted")
    type = Choice(TransactionType.choices, source="kind", help_text="credit adds, debit takes")
    amount = serializers.DecimalField(max_digits=10, decimal_places=2)
    currency = Choice(Currency.choices)
    reason = serializers.CharField(help_text="Becomes the description of the transaction")
    corrects = serializers.UUIDField(default=None, help_text="The transaction whose posting is corrected")
    key = serializers.CharField(default=None, help_text="Sent again with the same content, it adjusts once")


class TransactionViewSet(Bulk, ReadOnlyViewSet):
    queryset = Transaction.objects.all()
    serializer_class = TransactionSerializer
    bulk_verb = "record"
    searches = {"transaction": "pk", "account": "user_id", "number": "business_number_id"}
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

    def move(self, pk: str, status: TransactionStatus) -> Response:
        actions.move(transactions=Transaction.objects.filter(pk=self.get_object().pk), status=status)
        return self.one(pk)

    def make_one(self, item: Any) -> Transaction:
        sent = RecordSerializer(data=item, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return self.get_queryset().get(pk=actions.record(**sent.validated_data))

    @extend_schema(request=RecordSerializer, responses={201: TransactionSerializer})
    @action(detail=False, methods=["post"], serializer_class=RecordSerializer)
    def record(self, request: Request) -> Response:
        """Records a transaction, once for each idempotency key of its account."""
        return self.answer(self.make_one(request.data), status.HTTP_201_CREATED)

    @extend_schema(request=AdjustSerializer, responses={201: TransactionSerializer})
    @action(detail=False, methods=["post"], serializer_class=AdjustSerializer)
    def adjust(self, request: Request) -> Response:
        """Records an adjustment: a credit or debit by hand, which corrects a posting by another one."""
        return self.one(actions.adjust(**self.valid(request.data)), status.HTTP_201_CREATED)

    @extend_schema(request=CompleteSerializer, responses=TransactionSerializer)
    @action(detail=True, methods=["post"], serializer_class=CompleteSerializer)
    def complete(self, request: Request, pk: str) -> Response:
        """Posts it to the ledger; doing it twice is harmless. Of a hold, `amount` says how much is taken."""
        actions.complete(transaction_id=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def fail(self, request: Request, pk: str) -> Response:
        """Gives a pending one up; a hold is released."""
        return self.move(pk, TransactionStatus.FAILED)

    @extend_schema(responses=TransactionSerializer)
    @action(detail=True, methods=["post"], serializer_class=RefundSerializer, staff_permission=MAY_REFUND)
    def refund(self, request: Request, pk: str) -> Response:
        """Gives back part of a completed one, or all that is left."""
        actions.refund(transaction_id=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)

    @extend_schema(responses=TransactionSerializer)
    @action(detail=True, methods=["post"], serializer_class=RefundSerializer, staff_permission=MAY_REFUND)
    def dispute(self, request: Request, pk: str) -> Response:
        """The customer's bank takes a payment back; what the wallet lacks is owed."""
        actions.dispute(transaction_id=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)


class ReportedAmount(serializers.DecimalField):
    """An amount as the provider reported it, in major units. It has no bound."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=None, decimal_places=None, read_only=True, **kwargs)


class PaymentFactSerializer(ModelSerializer):
    payment = serializers.CharField(source="payment_id", read_only=True)
    amount = ReportedAmount()

    class Meta:
        model = PaymentFact
        fields = "__all__"


class PaymentSerializer(ModelSerializer):
    lost_amount = ReportedAmount(help_text="Refunds and disputes above the payment: the platform's loss")

    class Meta:
        model = Payment
        exclude = ("requested_amount", "gone_amount")


class PaymentViewSet(ReadOnlyViewSet):
    """Payments at the provider, and whether the ledger follows what was reported of them."""

    queryset = Payment.objects.all()
    serializer_class = PaymentSerializer
    lookup_value_regex = "[A-Za-z0-9_:.-]{1,255}"
    searches = {"account": "user_id", "transaction": "transaction_id"}
    filterset_fields = {"user": ["exact"], "transaction": ["exact"], "state": ["exact"], "created_at": ["gte", "lt"]}


class PaymentFactViewSet(ReadOnlyViewSet):
    """What the provider reported of payments, refunds and disputes: a row for each state of each."""

    queryset = PaymentFact.objects.all()
    serializer_class = PaymentFactSerializer
    filterset_fields = {"payment": ["exact"], "kind": ["exact"], "state": ["exact"], "created_at": ["gte", "lt"]}


class LedgerEntrySerializer(ModelSerializer):
    hash = serializers.SerializerMethodField(help_text="SHA-256 in hex, chained per wallet")

    class Meta:
        model = LedgerEntry
        fields = "__all__"

    def get_hash(self, entry: LedgerEntry) -> str:
        return bytes(entry.hash).hex()


class LedgerProblemSerializer(serializers.Serializer):
    problem = serializers.CharField()
    subject = serializers.CharField(help_text="Id of what it is about")
    detail = serializers.CharField(help_text="How it shows")


class LedgerEntryViewSet(ReadOnlyViewSet):
    queryset = LedgerEntry.objects.all()
    serializer_class = LedgerEntrySerializer
    orderings = {"-created_at": ("-created_at", "-seq", "-id"), "created_at": ("created_at", "seq", "id")}
    searches = {"account": "user_id", "transaction": "transaction_id"}
    filterset_fields = {
        "user": ["exact"],
        "wallet": ["exact"],
        "transaction": ["exact"],
        "kind": ["exact"],
        "currency": ["exact"],
        "created_at": ["gte", "lt"],
    }

    @extend_schema(responses=LedgerProblemSerializer(many=True))
    @action(detail=False, filterset_fields=None, pagination_class=None, answers_row=False)
    def proof(self, request: Request) -> Response:
        """What is wrong with the money, over all accounts: an empty list when all is well."""
        return Response([vars(problem) for problem in actions.ledger_problems()])
