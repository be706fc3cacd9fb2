"""Define which ledger entries count as money in and money out. Start page, statement and list count the same way.

A refund of a charge lowers *out*, and money that goes back to the payer lowers *in*. So in minus out is the change of
the balance. `analytics.daily_revenue` computes the same figures for the charts, day by day.
"""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from billing.models import Refund

# Debts after disputes that the wallet pays later are money that went back to the payer.
OWED = Exists(Refund.objects.filter(owed_transaction_id=OuterRef("transaction_id")))
OPENING = Q(kind__in=("opening", "close"))
OUT = Q(owed=False) & (Q(kind="post", amount__lt=0) | Q(kind="refund", amount__gt=0))
IN = ~OUT & ~OPENING


def total(condition: Q) -> Any:
    """Return the sum of the entries that meet a condition, 0 without any."""
    zero = Value(Decimal(0), output_field=DecimalField())
    return Coalesce(Sum("amount", filter=condition), zero)


def flows(entries: QuerySet[Any]) -> list[dict[str, Any]]:
    """Return `currency`, `entries`, `into` and `out` of ledger entries for each currency. Both sums are positive."""
    found = entries.order_by("currency").annotate(owed=OWED).values("currency")
    lines = found.annotate(into=total(IN), spent=total(OUT), entries=Sum(Value(1)))
    return [{**line, "out": -line["spent"]} for line in lines]
