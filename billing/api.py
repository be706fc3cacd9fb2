"""Resources of the API for money: wallets, transactions and ledger entries."""

from typing import Any, override

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.bulk.creation import Bulk
from aira.api.idempotency import USE_HEADER, KeyField
from aira.api.jobs.answers import ApiJobSerializer, begin_search
from aira.api.jobs.prefer import prefers_async
from aira.api.money import MoneyOf, MoneyPerCurrency
from aira.api.request_bodies import ReasonSerializer, Serializer
from aira.api.serializers import ModelSerializer
from aira.api.value_fields import Amount, Choice, Moment, require_order
from aira.api.views import ReadOnlyViewSet
from billing import actions
from billing.models import Currency, LedgerEntry, Transaction, TransactionStatus, TransactionType, Wallet
from billing.permissions import MAY_REFUND


class WalletSerializer(ModelSerializer):
    """A wallet."""

    balances = MoneyPerCurrency(
        {"USD": "balance_usd", "INR": "balance_inr"}, help_text="Balance in each currency, including holds."
    )
    held = MoneyPerCurrency(
        {"USD": "held_usd", "INR": "held_inr"}, help_text="Money that pending debits reserve, in each currency."
    )

    class Meta:
        model = Wallet
        exclude = ("ledger_hash",)


class StatementSerializer(serializers.Serializer):
    """Query of a statement."""

    start = Moment()
    end = Moment(help_text="Excluded")
    currency = Choice(Currency.choices, default="USD")

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        require_order(attrs["start"], attrs["end"])
        return attrs


class WalletStatementSerializer(serializers.Serializer):
    """A statement."""

    currency = serializers.ChoiceField(Currency.choices)
    opening_balance = serializers.DecimalField(max_digits=10, decimal_places=2)
    entries = serializers.ListField(
        child=serializers.DictField(), help_text="Ledger entries in their order, amounts as text"
    )
    closing_balance = serializers.DecimalField(max_digits=10, decimal_places=2)


class WalletViewSet(ReadOnlyViewSet):
    """Wallets and their statements."""

    queryset = Wallet.objects.defer("ledger_hash")
    serializer_class = WalletSerializer
    synced = True
    expands = {"user": "accounts"}
    searches = {"account": "user_id"}
    filterset_fields = {"user": ["exact"], "currency": ["exact"], "is_active": ["exact"], "created_at": ["gte", "lt"]}

    @extend_schema(parameters=[StatementSerializer], responses=WalletStatementSerializer)
    @action(detail=True, question=StatementSerializer, answers_row=False)
    def statement(self, request: Request, pk: str) -> Response:
        """Return the opening balance, the entries and the closing balance of a period, in one currency."""
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
    """A transaction."""

    amount_money = MoneyOf("amount", help_text="Amount of the transaction, greater than 0.")
    refunded_money = MoneyOf("refunded_amount", help_text="Refunded so far, by disputes as well.")
    disputed_money = MoneyOf("disputed_amount", help_text="How much open and lost disputes claim.")

    class Meta:
        model = Transaction
        fields = "__all__"


@extend_schema_serializer(deprecate_fields=("idempotency_key",))
class RecordSerializer(Serializer):
    """Body of a new transaction."""

    user = serializers.UUIDField()
    type = Choice(TransactionType.choices, source="kind")
    amount = Amount(max_digits=10, decimal_places=2)
    currency = Choice(Currency.choices)
    status = Choice(TransactionStatus.choices, default="pending")
    description = serializers.CharField(default=None)
    metadata = serializers.JSONField(default=None)
    stripe_payment_intent_id = serializers.CharField(default=None)
    business_number = serializers.UUIDField(default=None)
    idempotency_key = KeyField(help_text=f"The same key and content record once. {USE_HEADER}")
    hold = serializers.BooleanField(default=False)
    expires_at = Moment(default=None)


class CompleteSerializer(Serializer):
    """Body of a completion."""

    amount = Amount(
        max_digits=10, decimal_places=2, default=None, help_text="Amount to capture of a hold. Default: all of it"
    )


@extend_schema_serializer(deprecate_fields=("key",))
class RefundSerializer(Serializer):
    """Body of a refund or dispute."""

    called = {"idempotency_key": "key"}
    amount = Amount(max_digits=10, decimal_places=2, default=None, help_text="Default: all that is left")
    reason = serializers.CharField(default=None)
    key = KeyField(help_text=f"The same key refunds once. {USE_HEADER}")


@extend_schema_serializer(deprecate_fields=("key",))
class AdjustSerializer(Serializer):
    """Body of an adjustment."""

    called = {"idempotency_key": "key"}
    user = serializers.UUIDField(help_text="The account whose wallet is adjusted")
    type = Choice(
        TransactionType.choices, source="kind", help_text="A credit adds to the wallet, a debit takes from it"
    )
    amount = Amount(max_digits=10, decimal_places=2)
    currency = Choice(Currency.choices)
    reason = serializers.CharField(help_text="Becomes the description of the transaction")
    corrects = serializers.UUIDField(default=None, help_text="The transaction whose posting is corrected")
    key = KeyField(help_text=f"The same key and content adjust once. {USE_HEADER}")


class TransactionViewSet(Bulk, ReadOnlyViewSet):
    """Transactions and the actions on them."""

    queryset = Transaction.objects.all()
    serializer_class = TransactionSerializer
    synced = True
    expands = {"user": "accounts", "business_number": "numbers"}
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
        "completed_at": ["gte", "lt"],
        "created_at": ["gte", "lt"],
    }

    def move(self, pk: str, status: TransactionStatus) -> Response:
        """Set the status of one transaction and return it."""
        actions.move(transactions=Transaction.objects.filter(pk=self.get_object().pk), status=status)
        return self.one(pk)

    def make_one(self, item: Any) -> Transaction:
        """Record one transaction of a request for many."""
        sent = RecordSerializer(data=item, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        return self.get_queryset().get(pk=actions.record(**sent.validated_data))

    @extend_schema(request=RecordSerializer, responses={201: TransactionSerializer})
    @action(detail=False, methods=["post"], serializer_class=RecordSerializer)
    def record(self, request: Request) -> Response:
        """Record a transaction. An account records each idempotency key once."""
        return self.answer(self.make_one(request.data), status.HTTP_201_CREATED)

    @extend_schema(request=AdjustSerializer, responses={201: TransactionSerializer})
    @action(detail=False, methods=["post"], serializer_class=AdjustSerializer)
    def adjust(self, request: Request) -> Response:
        """Record an adjustment: a credit or debit by hand that corrects an earlier posting."""
        return self.one(actions.adjust(**self.valid(request.data)), status.HTTP_201_CREATED)

    @extend_schema(request=CompleteSerializer, responses=TransactionSerializer)
    @action(detail=True, methods=["post"], serializer_class=CompleteSerializer)
    def complete(self, request: Request, pk: str) -> Response:
        """Complete a transaction, which posts it to the ledger. Idempotent. `amount` captures a part of a hold."""
        actions.complete(transaction_id=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def fail(self, request: Request, pk: str) -> Response:
        """Set a pending transaction to failed, which releases a hold."""
        return self.move(pk, TransactionStatus.FAILED)

    @extend_schema(responses=TransactionSerializer)
    @action(detail=True, methods=["post"], serializer_class=RefundSerializer, staff_permission=MAY_REFUND)
    def refund(self, request: Request, pk: str) -> Response:
        """Refund part of a completed transaction, or all that is left."""
        actions.refund(transaction_id=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)

    @extend_schema(responses=TransactionSerializer)
    @action(detail=True, methods=["post"], serializer_class=RefundSerializer, staff_permission=MAY_REFUND)
    def dispute(self, request: Request, pk: str) -> Response:
        """Record that the customer's bank took a payment back. If the wallet has less, the account owes the rest."""
        actions.dispute(transaction_id=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)


class LedgerEntrySerializer(ModelSerializer):
    """A ledger entry."""

    amount_money = MoneyOf("amount", help_text="By how much the balance changed. Negative if money went out.")
    balance_after_money = MoneyOf("balance_after", help_text="Balance after the change.")
    hash = serializers.SerializerMethodField(help_text="SHA-256 in hexadecimal, chained for each wallet")

    class Meta:
        model = LedgerEntry
        fields = "__all__"

    def get_hash(self, entry: LedgerEntry) -> str:
        """Return the hash in hexadecimal."""
        return bytes(entry.hash).hex()


class LedgerProblemSerializer(serializers.Serializer):
    """A contradiction that the ledger proof found."""

    problem = serializers.CharField()
    subject = serializers.CharField(help_text="Id of the wallet, transaction or payment")
    detail = serializers.CharField(help_text="The values that differ")


class LedgerEntryViewSet(ReadOnlyViewSet):
    """Ledger entries and the ledger proof."""

    queryset = LedgerEntry.objects.all()
    serializer_class = LedgerEntrySerializer
    expands = {"user": "accounts", "transaction": "transactions", "wallet": "wallets"}
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

    @extend_schema(responses={200: LedgerProblemSerializer(many=True), 202: ApiJobSerializer})
    @action(detail=False, filterset_fields=None, pagination_class=None, answers_row=False, can_respond_async=True)
    def proof(self, request: Request) -> Response:
        """Run the ledger proof over all accounts. An empty list means that there are no contradictions.

        It takes minutes if there are many entries. With `Prefer: respond-async`, a job runs it.
        """
        if prefers_async(request):
            return begin_search(self, request)
        return Response([vars(problem) for problem in actions.ledger_problems()])
