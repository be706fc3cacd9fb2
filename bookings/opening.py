"""Show when a business is open: its opening hours without its closures, in its time zone."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aira.formats.dates import time_text
from aira.schema.sql_calls import rows
from businesses.models import Business


@dataclass(frozen=True)
class Closure:
    """Closure that reaches into the shown days."""

    begins: datetime
    ends: datetime

    @property
    def text(self) -> str:
        """The beginning and the end as text."""
        return " to ".join(time_text(at, weekday=True, zone=False) for at in (self.begins, self.ends))


@dataclass
class OpenDay:
    """Day with the times at which the business is open.

    Attributes:
        closed_by: the closures that take time of the day.
    """

    date: date
    open: list[tuple[datetime, datetime]] = field(default_factory=list)
    closed_by: list[Closure] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The times as texts, such as 09:00–12:00."""
        return [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in self.open]


def closures_of(business: Business, start: datetime, end: datetime) -> list[Closure]:
    """Return the closures that overlap a period, in order."""
    zone = ZoneInfo(business.timezone)
    found = []
    for closure in (business.business_hours or {}).get("closures", []):
        begins, ends = (datetime.fromisoformat(closure[key]).replace(tzinfo=zone) for key in ("from", "to"))
        if begins < end and ends > start:
            found.append(Closure(begins, ends))
    return sorted(found, key=lambda closure: closure.begins)


def without(interval: tuple[datetime, datetime], closures: list[Closure]) -> list[tuple[datetime, datetime]]:
    """Return what the closures leave of an interval."""
    opens, closes = interval
    left = []
    for closure in closures:
        if closure.begins < closes and closure.ends > opens:
            if closure.begins > opens:
                left.append((opens, closure.begins))
            opens = closure.ends
    return [*left, (opens, closes)] if opens < closes else left


def open_days(business: Business, first: date, days: int) -> dict[date, OpenDay]:
    """Return days with their opening times. An interval over midnight belongs to the day on which it opens."""
    zone = ZoneInfo(business.timezone)
    last = first + timedelta(days=days - 1)
    found = {first + timedelta(days=n): OpenDay(first + timedelta(days=n)) for n in range(days)}
    start = datetime.combine(first, datetime.min.time(), zone)
    closures = closures_of(business, start, start + timedelta(days=days + 1))
    query = (
        "select o.opens_at, o.closes_at from private.opening_times("
        "(select business_hours from public.business_v2 where id = %s), %s, %s, %s) o"
    )
    for opens_at, closes_at in rows(query, business.pk, business.timezone, first, last):
        opens, closes = opens_at.astimezone(zone), closes_at.astimezone(zone)
        # If a change of clocks moves midnight, an interval can open on a day that was not asked for.
        day = found.get(opens.date())
        if day is not None:
            day.open += without((opens, closes), closures)
    for day in found.values():
        begins = datetime.combine(day.date, datetime.min.time(), zone)
        ends = datetime.combine(day.date + timedelta(days=1), datetime.min.time(), zone)
        day.closed_by = [one for one in closures if one.begins < ends and one.ends > begins]
    return found
