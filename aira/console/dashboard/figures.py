"""Compute the figures of the start page."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format

from aira.adminkit.links import listed
from aira.adminkit.money_format import money
from aira.advisor import advise
from aira.console.dashboard.cached_figures import TIMEOUT, Kept, kept
from aira.console.dashboard.today import Figure, Group, Today, number
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

ATTENTION = "Needs attention"
ORDER = {"bad": 0, "warn": 1, "": 2}
# The count at which counting stops.
CAP = 1000


def groups(today: Today) -> list[Group]:
    """Return the groups that contain a figure which the member of staff may see."""
    found = [
        Group(ATTENTION, list(attention(today))),
        Group("Money today", list(money_today(today))),
        Group("Owed to customers", list(liabilities(today))),
        Group("Bookings", list(bookings(today))),
    ]
    # Figures that need attention come first, and zeros last.
    return [
        Group(
            one.title,
            sorted(one.figures, key=lambda figure: (ORDER[figure.state], figure.recedes))
            if one.title == ATTENTION
            else one.figures,
        )
        for one in found
        if one.figures
    ]


def counted(found: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """Count the rows of several queries up to CAP, in one query. Return each count, and the text to show."""
    parts, values = [], []
    for name, query in found.items():
        # Row security hides the statistics of a column, so without its order, a partial index would not be used.
        sql, params = query.values("pk")[: CAP + 1].query.sql_with_params()
        # Django made the query, with placeholders for its values.
        parts.append(f"select %s, (select count(*) from ({sql}) q)")  # noqa: S608
        values += [name, *params]
    if not parts:
        return {}
    return {
        name: (count, f"more than {number(CAP)}" if count > CAP else number(count))
        for name, count in rows(" union all ".join(parts), *values)
    }


def to_count(today: Today) -> dict[str, Any]:
    """Return the queries of the counts that the member of staff may see."""
    found: dict[str, Any] = {}
    if today.may(ApprovalRequest):
        found["approvals"] = ApprovalRequest.objects.filter(decided_at=None)
    if today.may(Payment):
        found["unsettled"] = payments.unsettled()
    if today.may(Document):
        found["stuck"] = knowledge.stuck(Document.objects.alive())
        found["failed"] = Document.objects.alive().filter(processing_status="failed")
    if today.may(WebhookDelivery):
        found["dead"] = WebhookDelivery.objects.filter(DELIVERY_STATES["dead"])
    return found


def attention(today: Today) -> Iterator[Figure]:
    """Yield the figures that need attention."""
    counts = counted(to_count(today))
    if "approvals" in counts:
        count, text = counts["approvals"]
        yield Figure(
            "Open approvals", text, listed(ApprovalRequest), "Waiting for a second person", "warn" if count else ""
        )
    if "unsettled" in counts:
        yield from disputes(*counts["unsettled"])
    if "stuck" in counts:
        count, text = counts["stuck"]
        yield Figure("Stuck documents", text, listed(Document, stuck="yes"), knowledge.STUCK, "bad" if count else "")
        count, text = counts["failed"]
        yield Figure(
            "Failed documents", text, listed(Document, processing_status__exact="failed"), state="warn" if count else ""
        )
    if "dead" in counts:
        count, text = counts["dead"]
        yield Figure(
            "Dead webhooks",
            text,
            listed(WebhookDelivery, state="dead"),
            "Failed after all attempts",
            "bad" if count else "",
        )
    if today.may(LedgerEntry):
        found = kept("ledger", lambda: len(billing.ledger_problems()))
        yield of_kept("Ledger problems", found, reverse("ledger-proof"), "bad", "Balances that differ from the ledger")
    if today.may(IntegrityRun):
        yield integrity()
    if today.request.user.has_perm("console.view_advisor"):
        found = kept("advisor", lambda: sum(finding.level != "info" for finding in advise("direct")), "direct")
        yield of_kept("Advisor findings", found, reverse("advisor"), "warn", "Risks in the database")
        found = kept("health", failing_checks, "direct")
        yield of_kept("Database checks", found, reverse("database-room"), "warn", "Failed checks of the database")


def disputes(count: int, text: str) -> Iterator[Figure]:
    """Yield the open disputes with the amount at risk, and the payments that disagree with the ledger.

    Args:
        count: the number of these payments, and `text` is its text.
    """
    found = payments.open_disputes()
    at_risk = {
        currency: sum(one.amount for one in found if one.currency == currency)
        for currency in sorted({one.currency for one in found})
    }
    note = ", ".join(money(amount, currency) for currency, amount in at_risk.items())
    url = listed(Payment, dispute="open")
    note = f"{note} at risk" if note else ""
    yield Figure("Open disputes", number(len(found)), url, note, "warn" if found else "")
    note = "The ledger does not agree with the provider yet"
    yield Figure("Unsettled payments", text, listed(Payment, state="unsettled"), note, "warn" if count else "")


def integrity() -> Figure:
    """Return the number of faults of the newest integrity run."""
    run = IntegrityRun.objects.first()
    if run is None:
        return Figure("Integrity faults", "?", listed(IntegrityRun), "The nightly check of all data has not run yet")
    return Figure(
        "Integrity faults", number(len(run.faults)), listed(IntegrityRun), state="bad" if run.faults else "", at=run.at
    )


def failing_checks() -> int:
    """Count the failing health checks. The ledger, integrity and advisor have figures of their own."""
    names = [SETTINGS, *(check.name for check in checks() if check.name not in ("ledger", "integrity"))]
    return sum(outcome.level in ("warn", "critical") for outcome in health("direct", names, patience=TIMEOUT))


def of_kept(label: str, found: Kept, url: str, state: str, note: str) -> Figure:
    """Return a cached figure."""
    if found.value is None:
        return Figure(label, "?", url, "This takes too long to compute here. Open the page to see it", "warn", found.at)
    return Figure(label, number(found.value), url, note, state if found.value else "", found.at)


def money_today(today: Today) -> Iterator[Figure]:
    """Yield the money received and spent today, by currency."""
    if not today.may(LedgerEntry):
        return
    day = today.day.isoformat()
    for currency in ("USD", "INR"):
        sums = [(line["into"], line["out"]) for line in today.money_of_today if line["currency"] == currency]
        received, spent = sums[0] if sums else (Decimal(0), Decimal(0))
        url = listed(LedgerEntry, currency__exact=currency, created_at_from=day, created_at_to=day)
        for label, amount, note in (
            ("In", received, "Credits minus refunds to the payers"),
            ("Out", spent, "Debits minus refunds to the wallets"),
        ):
            yield Figure(f"{label}, {currency}", money(amount, currency), url, note, empty=not amount)


def liabilities(today: Today) -> Iterator[Figure]:
    """Yield the balances of all wallets, by currency."""
    if not today.may(Wallet):
        return
    query = """
        select v.currency, count(*) filter (where v.balance <> 0), coalesce(sum(v.balance), 0), coalesce(sum(v.held), 0)
        from public.wallets w
        cross join lateral (values ('USD', w.balance_usd, w.held_usd), ('INR', w.balance_inr, w.held_inr))
            as v (currency, balance, held)
        group by v.currency order by v.currency desc
    """
    for currency, wallets, balance, held in rows(query):
        note = f"In {number(wallets)} wallet{'' if wallets == 1 else 's'}"
        note += f"; {money(held, currency)} held" if held else ""
        url = listed(Wallet, balance=currency)
        yield Figure(f"Balances, {currency}", money(balance, currency), url, note, empty=not balance)


def bookings(today: Today) -> Iterator[Figure]:
    """Yield the figures of appointments. Days are in each business's time zone, as in the linked lists."""
    if not today.may(Appointment):
        return
    day, sunday, month = today.day, today.monday + timedelta(days=6), today.day - timedelta(days=29)
    missed, came = today.counted(month, day, "no_show"), today.counted(month, day, "completed")
    rate = number_format(round(100 * missed / (missed + came), 1), decimal_pos=1) if missed else "0"
    taken, note = ("confirmed", "completed", "no_show"), "Excludes cancelled. Days are in each business's time zone"

    def figure(label: str, count: int, first: date, last: date, note: str, **more: str) -> Figure:
        url = listed(Appointment, scheduled_at_from=first.isoformat(), scheduled_at_to=last.isoformat(), **more)
        return Figure(label, number(count), url, note, empty=not count)

    those = {"status__in": ",".join(taken)}
    yield figure("Appointments today", today.counted(day, day, *taken), day, day, note, **those)
    yield figure(
        "Appointments this week", today.counted(today.monday, sunday, *taken), today.monday, sunday, note, **those
    )
    note = f"{rate} % of the appointments with a known outcome"
    yield figure("No-shows, 30 days", missed, month, day, note, status__exact="no_show")
