"""Draw charts of the last 90 days as SVG shapes. A table beside each chart has the same figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format

from aira.adminkit.money_format import money
from aira.console.dashboard.today import DAYS, Today
from billing.models import LedgerEntry
from bookings.models import Appointment

# Units of the drawing. A day is ten wide.
STEP, HEIGHT = 10, 100


@dataclass(frozen=True)
class Bar:
    """Rectangle of a bar."""

    x: int
    y: str
    width: int
    height: str
    second: bool
    title: str


@dataclass(frozen=True)
class Chart:
    """Chart of two series.

    Attributes:
        series: the names of both series.
        days: for the table, each date and both values as text, the newest first.
    """

    name: str
    title: str
    summary: str
    series: tuple[str, str]
    bars: list[Bar]
    most: str
    days: list[tuple[date, str, str]]
    width: int = DAYS * STEP
    height: int = HEIGHT


Values = dict[date, tuple[Any, Any]]


def charts(today: Today) -> list[Chart]:
    """Return the charts of money and bookings that the member of staff may see."""
    found = []
    if today.may(LedgerEntry):
        for currency in ("USD", "INR"):
            values: Values = {day: (received, spent) for day, unit, received, spent in today.money if unit == currency}
            if values:
                found.append(
                    chart(today, f"Money, {currency}", ("In", "Out"), values, lambda n, unit=currency: money(n, unit))  # type: ignore[misc]
                )
    if today.may(Appointment) and today.appointments:
        taken = ("confirmed", "completed", "no_show")
        days = {day for day, _, _ in today.appointments if day <= today.day}
        booked: Values = {day: (today.booked(day, day, *taken), today.booked(day, day, "no_show")) for day in days}
        found.append(
            chart(
                today,
                "Appointments",
                ("Booked", "No-shows"),
                booked,
                lambda n: number_format(n, force_grouping=True),
            )
        )
    return found


def chart(today: Today, title: str, series: tuple[str, str], values: Values, say: Callable[[Any], str]) -> Chart:
    """Return the chart of these values.

    Args:
        say: formats a value.
    """
    days = [today.day - timedelta(days=n) for n in reversed(range(DAYS))]
    pairs = {day: values.get(day, (Decimal(0), Decimal(0))) for day in days}
    most = max(max(pair) for pair in pairs.values())
    bars = []
    for n, (day, pair) in enumerate(pairs.items()):
        for second, value in enumerate(pair):
            # Negative values, for example more refunds than credits, appear only in the table.
            if value > 0:
                height = float(value / most) * HEIGHT
                text = f"{day:%a} {day.day} {day:%b}, {series[second].lower()}: {say(value)}"
                bars.append(
                    Bar(n * STEP + 1 + 4 * second, f"{HEIGHT - height:.2f}", 4, f"{height:.2f}", bool(second), text)
                )
    sums = [sum(pair[n] for pair in pairs.values()) for n in (0, 1)]
    return Chart(
        name=title.lower().replace(", ", "-"),
        title=title,
        summary=f"{series[0]} {say(sums[0])}, {series[1].lower()} {say(sums[1])} in {DAYS} days; "
        f"at most {say(most)} a day.",
        series=series,
        bars=bars,
        most=say(most),
        days=[(day, say(first), say(second)) for day, (first, second) in reversed(pairs.items())],
    )
