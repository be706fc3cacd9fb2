"""Define a figure of the start page, and read what several figures show."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.text import slugify

from aira.adminkit.model_admin import may_view
from aira.schema.sql_calls import rows
from billing.flows import flows
from billing.models import LedgerEntry

DAYS = 90


@dataclass(frozen=True)
class Figure:
    """Figure of the start page.

    Attributes:
        state: "", warn or bad.
        at: the time of its computation. None if it is computed with the page.
        empty: true for a zero that is not written as 0, such as an amount.
    """

    label: str
    value: str
    url: str
    note: str = ""
    state: str = ""
    at: datetime | None = None
    empty: bool = False

    @property
    def key(self) -> str:
        """The name by which the page replaces the figure."""
        return slugify(self.label)

    @property
    def recedes(self) -> bool:
        """True for a zero that needs no attention. The page shows it less prominently."""
        return not self.state and (self.empty or self.value == "0")


@dataclass(frozen=True)
class Group:
    """Figures under one heading."""

    title: str
    figures: list[Figure]


class Today:
    """Cache query results for one page."""

    def __init__(self, request: HttpRequest, now: datetime) -> None:
        self.request, self.now = request, now
        self.day = now.date()
        self.monday = self.day - timedelta(days=self.day.weekday())

    def may(self, model: Any) -> bool:
        """Tell whether the member of staff may view the model."""
        return may_view(self.request, model)

    @cached_property
    def money(self) -> list[tuple[date, str, Decimal, Decimal]]:
        """Day, currency, credits minus refunds, and the amount that customers spent."""
        query = """
            select d.day, d.currency, sum(d.topped_up - d.paid_back), sum(d.revenue)
            from analytics.daily_revenue d where d.day > %s::date - %s and d.day <= %s
            group by d.day, d.currency order by d.day, d.currency
        """
        earlier = [line for line in rows(query, self.day, DAYS, self.day) if line[0] != self.day]
        return earlier + [(self.day, line["currency"], line["into"], line["out"]) for line in self.money_of_today]

    @cached_property
    def money_of_today(self) -> list[dict[str, Any]]:
        """Money of today by currency, from the ledger itself."""
        return flows(LedgerEntry.objects.filter(created_at__gte=midnight(self.day)))

    @cached_property
    def appointments(self) -> list[tuple[date, str, int]]:
        """Day in the business's time zone, status and number of appointments, up to the end of this week."""
        query = """
            select d.day, d.status::text, sum(d.appointments)::integer
            from analytics.daily_appointments d where d.day > %s::date - %s and d.day < %s
            group by d.day, d.status order by d.day
        """
        return rows(query, self.day, DAYS, self.monday + timedelta(days=7))

    @cached_property
    def booked_now(self) -> list[tuple[date, str, int]]:
        """Day in the business's time zone, status and number of appointments now: of 30 days, and of this week."""
        query = """
            select d.day, d.status, count(*)::integer
            from (select (a.scheduled_at at time zone b.timezone)::date as day, a.status::text as status
                  from public.appointments a join public.business_v2 b on b.id = a.business_id
                  where a.scheduled_at >= %s and a.scheduled_at < %s and a.deleted_at is null) d
            group by d.day, d.status
        """
        first, after = self.day - timedelta(days=30), self.monday + timedelta(days=8)
        return rows(query, midnight(first), midnight(max(after, self.day + timedelta(days=2))))

    def counted(self, first: date, last: date, *statuses: str) -> int:
        """Count the appointments of these days as they are now."""
        return sum(n for day, status, n in self.booked_now if first <= day <= last and status in statuses)

    def booked(self, first: date, last: date, *statuses: str) -> int:
        """Count the appointments of these days with one of the statuses."""
        return sum(n for day, status, n in self.appointments if first <= day <= last and status in statuses)


def midnight(day: date) -> datetime:
    """Return the beginning of a day in UTC."""
    return datetime.combine(day, time(), UTC)


def number(value: int) -> str:
    """Return a number with separators."""
    return number_format(value, force_grouping=True)
