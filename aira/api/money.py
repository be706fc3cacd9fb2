"""Show money as `{amount, currency}`, both as text."""

from decimal import Decimal
from typing import Any, override

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class MoneySerializer(serializers.Serializer):
    """An amount of money."""

    amount = serializers.CharField(help_text="In major units, with two decimals.")
    currency = serializers.CharField(help_text="Currency as ISO 4217 names it.")


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """Return an amount as the API shows it."""
    return {"amount": f"{amount:.2f}", "currency": currency}


@extend_schema_field(MoneySerializer)
class MoneyOf(serializers.Field):
    """Member that shows a column of an amount with the currency of its row."""

    def __init__(self, column: str, **kwargs: Any) -> None:
        self.column = column
        super().__init__(read_only=True, source="*", **kwargs)

    @override
    def to_representation(self, value: Any) -> dict[str, str]:
        return money(getattr(value, self.column), value.currency)


@extend_schema_field(MoneySerializer(many=True))
class MoneyPerCurrency(serializers.Field):
    """Member that shows the columns of an amount in several currencies, such as `balance_usd` and `balance_inr`."""

    def __init__(self, columns: dict[str, str], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(read_only=True, source="*", **kwargs)

    @override
    def to_representation(self, value: Any) -> list[dict[str, str]]:
        return [money(getattr(value, column), currency) for currency, column in self.columns.items()]


# Members that an answer has until version 1.0, and the member that replaces each.
REPLACED = {
    "Transaction": {
        "amount": "amount_money",
        "refunded_amount": "refunded_money",
        "disputed_amount": "disputed_money",
    },
    "LedgerEntry": {"amount": "amount_money", "balance_after": "balance_after_money"},
    "Wallet": {
        "balance_usd": "balances",
        "balance_inr": "balances",
        "held_usd": "held",
        "held_inr": "held",
    },
}


def deprecate(schemas: dict[str, Any]) -> None:
    """Mark the members that another one replaces as deprecated in the description."""
    for name, members in REPLACED.items():
        for old, new in members.items():
            member = schemas[name]["properties"][old]
            member["deprecated"] = True
            member["description"] = f"{member.get('description', '')} Deprecated: use `{new}`.".strip()
