"""Compute the figures of the start page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format

from aira.adminkit.links import listed
from aira.adminkit.model_admin import may_view
from aira.adminkit.money_format import money
from aira.advisor import advise
from aira.analytics.models import AnalyticsRefresh
from aira.console.analytics import is_stale
from aira.console.dashboard.cached_figures import TIMEOUT, Kept, kept
from aira.ops.health import SETTINGS, checks, health
from aira.ops.models import IntegrityRun
from aira.outbox.models import DELIVERY_STATES, WebhookDelivery
from aira.schema.sql_calls import rows
from billing import actions as billing
from billing import payments
from billing.models import ApprovalRequest, LedgerEntry, Payment, Wallet
from bookings.models import Appointment
from knowledge import actions as knowledge
from knowledge.models import Document

DAYS = 90
# The count at which counting stops.
CAP = 1000


@dataclass(frozen=True)
class Figure:
    """Figure of the start page.

    Attributes:
        state: "", warn or bad.
        at: the time of its computation. None if it is computed with the page.
    """

    label: str
    value: str
    url: str
    note: str = ""
    state: str = ""
    at: datetime | None = None


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
    def refreshes(self) -> dict[str, AnalyticsRefresh]:
        """Latest refresh of each analytics view."""
        return AnalyticsRefresh.objects.in_bulk()

    def of_view(self, view: str, label: str, value: str, url: str, note: str) -> Figure:
        """Return a figure as old as the last refresh of its view, with a warning if that is too old."""
        refresh = self.refreshes.get(view)
        if is_stale(refresh):
            note = f"{note}. Is the worker running? It refreshes every 15 minutes".removeprefix(". ")
        at = refresh.refreshed_at if refresh else None
        return Figure(label, value, url, note, "warn" if is_stale(refresh) else "", at)

    @cached_property
    def money(self) -> list[tuple[date, str, Decimal, Decimal]]:
        """Day, currency, credits minus refunds, and the amount that customers spent."""
        query = """
            select d.day, d.currency, sum(d.topped_up - d.paid_back), sum(d.revenue)
            from analytics.daily_revenue d where d.day > %s::date - %s and d.day <= %s
            group by d.day, d.currency order by d.day, d.currency
        """
        return rows(query, self.day, DAYS, self.day)

    @cached_property
    def appointments(self) -> list[tuple[date, str, int]]:
        """Day in the business's time zone, status and number of appointments, up to the end of this week."""
        query = """
            select d.day, d.status::text, sum(d.appointments)::integer
            from analytics.daily_appointments d where d.day > %s::date - %s and d.day < %s
            group by d.day, d.status order by d.day
        """
        return rows(query, self.day, DAYS, self.monday + timedelta(days=7))

    def booked(self, first: date, last: date, *statuses: str) -> int:
        """Count the appointments of these days with one of the statuses."""
        return sum(n for day, status, n in self.appointments if first <= day <= last and status in statuses)


def groups(today: Today) -> list[Group]:
    """Return the groups that contain a figure which the member of staff may see."""
    found = [
        Group("Needs attention", list(attention(today))),
        Group("Money today", list(money_today(today))),
        Group("Owed to customers", list(liabilities(today))),
        Group("Bookings", list(bookings(today))),
    ]
    return [group for group in found if group.figures]


def number(value: int) -> str:
    """Return a number with separators."""
    return number_format(value, force_grouping=True)


def counted(found: Any) -> tuple[int, str]:
    """Count rows up to CAP. Return the count, and the text to show."""
    count = found.order_by()[: CAP + 1].count()
    return count, f"more than {number(CAP)}" if count > CAP else number(count)


def attention(today: Today) -> Iterator[Figure]:
    """Yield the figures that need attention."""
    if today.may(ApprovalRequest):
        count, text = counted(ApprovalRequest.objects.filter(decided_at=None))
        yield Figure("Open approvals", text, listed(ApprovalRequest), state="warn" if count else "")
    if today.may(Payment):
        yield from disputes()
    if today.may(Document):
        count, text = counted(knowledge.stuck(Document.objects.alive()))
        yield Figure("Stuck documents", text, listed(Document, stuck="yes"), knowledge.STUCK, "bad" if count else "")
        count, text = counted(Document.objects.alive().filter(processing_status="failed"))
        yield Figure(
            "Failed documents", text, listed(Document, processing_status__exact="failed"), state="warn" if count else ""
        )
    if today.may(WebhookDelivery):
        count, text = counted(WebhookDelivery.objects.filter(DELIVERY_STATES["dead"]))
        yield Figure("Dead webhooks", text, listed(WebhookDelivery, state="dead"), state="bad" if count else "")
    if today.may(LedgerEntry):
        found = kept("ledger", lambda: len(billing.ledger_problems()))
        yield of_kept("Ledger problems", found, reverse("ledger-proof"), "bad")
    if today.may(IntegrityRun):
        yield integrity()
    if today.request.user.has_perm("console.view_advisor"):
        found = kept("advisor", lambda: sum(finding.level != "info" for finding in advise("direct")), "direct")
        yield of_kept("Advisor findings", found, reverse("advisor"), "warn")
        yield of_kept("Database checks", kept("health", failing_checks, "direct"), reverse("database-room"), "warn")


def disputes() -> Iterator[Figure]:
    """Yield the open disputes with the amount at risk, and the payments that disagree with the ledger."""
    found = payments.open_disputes()
    at_risk = {
        currency: sum(one.amount for one in found if one.currency == currency)
        for currency in sorted({one.currency for one in found})
    }
    note = ", ".join(money(amount, currency) for currency, amount in at_risk.items())
    url = listed(Payment, dispute="open")
    note = f"{note} at risk" if note else ""
    yield Figure("Open disputes", number(len(found)), url, note, "warn" if found else "")
    count, text = counted(payments.unsettled())
    note = "Waiting, or needs attention"
    yield Figure("Unsettled payments", text, listed(Payment, state="unsettled"), note, "warn" if count else "")


def integrity() -> Figure:
    """Return the number of faults of the newest integrity run."""
    run = IntegrityRun.objects.first()
    if run is None:
        return Figure(
            "Integrity faults", "?", listed(IntegrityRun), "No run yet. The worker runs the checks each night"
        )
    return Figure(
        "Integrity faults", number(len(run.faults)), listed(IntegrityRun), state="bad" if run.faults else "", at=run.at
    )


def failing_checks() -> int:
    """Count the failing health checks. The ledger, integrity and advisor have figures of their own."""
    names = [SETTINGS, *(check.name for check in checks() if check.name not in ("ledger", "integrity"))]
    return sum(outcome.level in ("warn", "critical") for outcome in health("direct", names, patience=TIMEOUT))


def of_kept(label: str, found: Kept, url: str, state: str) -> Figure:
    """Return a cached figure."""
    if found.value is None:
        return Figure(label, "?", url, "Open the page: this takes too long to compute here", "warn", found.at)
    return Figure(label, number(found.value), url, state=state if found.value else "", at=found.at)


def money_today(today: Today) -> Iterator[Figure]:
    """Yield the money received and spent today, by currency."""
    if not today.may(LedgerEntry):
        return
    day = today.day.isoformat()
    for currency in ("USD", "INR"):
        sums = [(received, spent) for at, unit, received, spent in today.money if at == today.day and unit == currency]
        received, spent = sums[0] if sums else (Decimal(0), Decimal(0))
        url = listed(LedgerEntry, currency__exact=currency, created_at_from=day, created_at_to=day)
        for label, amount, note in (
            ("In", received, "Credits minus money paid back"),
            ("Out", spent, "Spent minus refunds"),
        ):
            yield today.of_view("daily_revenue", f"{label}, {currency}", money(amount, currency), url, note)


def liabilities(today: Today) -> Iterator[Figure]:
    """Yield the balances of all wallets, by currency."""
    if not today.may(Wallet):
        return
    query = "select currency, wallets, balance, held from analytics.wallet_liabilities order by currency desc"
    for currency, wallets, balance, held in rows(query):
        note = f"In {number(wallets)} wallet{'' if wallets == 1 else 's'}"
        note += f"; {money(held, currency)} held" if held else ""
        url = listed(Wallet, balance=currency)
        yield today.of_view("wallet_liabilities", f"Balances, {currency}", money(balance, currency), url, note)


def bookings(today: Today) -> Iterator[Figure]:
    """Yield the figures of appointments. Days are in each business's time zone, while the linked lists use UTC."""
    if not today.may(Appointment):
        return
    day, sunday, month = today.day, today.monday + timedelta(days=6), today.day - timedelta(days=29)
    missed, came = today.booked(month, day, "no_show"), today.booked(month, day, "completed")
    rate = number_format(round(100 * missed / (missed + came), 1), decimal_pos=1) if missed else "0"
    taken, note = ("confirmed", "completed", "no_show"), "Excludes cancelled. Days are in each business's time zone"

    def figure(label: str, count: int, first: date, last: date, note: str, **more: str) -> Figure:
        url = listed(Appointment, scheduled_at_from=first.isoformat(), scheduled_at_to=last.isoformat(), **more)
        return today.of_view("daily_appointments", label, number(count), url, note)

    yield figure("Booked today", today.booked(day, day, *taken), day, day, note)
    yield figure("Booked this week", today.booked(today.monday, sunday, *taken), today.monday, sunday, note)
    note = f"{rate} % of the appointments with a known outcome"
    yield figure("No-shows, 30 days", missed, month, day, note, status__exact="no_show")
