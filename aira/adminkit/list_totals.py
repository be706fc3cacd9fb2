"""Sum the columns of a list by groups, such as currencies."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, QuerySet, Sum


def totals(rows: QuerySet[Any], sums: dict[str, str], by: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield for each group, such as a currency, the number of rows and the sum of each column.

    Args:
        sums: column by name of the sum.
        by: the columns that make a group.
    """
    groups = list(by)
    found = rows.order_by(*groups).values(*groups)
    yield from found.annotate(count=Count("pk"), **{f"sum_{name}": Sum(column) for name, column in sums.items()})
