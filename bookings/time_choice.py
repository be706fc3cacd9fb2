"""Show what a business's day offers: its free times, and whether a chosen time can be booked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from aira.adminkit.times import both_times, in_reach, own_clock, own_zone
from bookings import actions
from bookings.local_time import clock_text
from bookings.off_rules import RULES
from businesses.models import Business

# The free times that a day shows, and those that are offered instead of a taken one.
SHOWN = 96
OFFERED = 6


@dataclass(frozen=True)
class FreeTime:
    """Free time to click.

    Attributes:
        value: day and time of day, as the button sends it.
        label: the time of day, with its day if that is another one than asked for.
        own: the time on the reader's clock, or an empty text.
        free: how many more appointments fit.
    """

    value: str
    label: str
    own: str
    free: int
    chosen: bool


@dataclass(frozen=True)
class TimeChoice:
    """Day's free times, and the verdict on the chosen time.

    Attributes:
        outcome: the result of the check: ok, a rule, or an empty text without a chosen time.
        verdict: the result as a sentence.
        when: the chosen time in both time zones, or an empty text.
        instead: the next free times, if the chosen one or the day is not free.
    """

    business: Business
    day: date
    duration: int
    free: list[FreeTime]
    more: bool
    outcome: str
    verdict: str
    when: str
    instead: list[FreeTime]

    @property
    def zones(self) -> str:
        """The zone of the business, and the reader's if it differs."""
        return zones(self.business)

    @property
    def off_rules(self) -> bool:
        """True if a rule refuses the time, which staff with the permission may overrule."""
        return self.outcome in RULES


def zones(business: Business) -> str:
    """Return a sentence with the zone of the business, and the reader's if it differs."""
    now = datetime.now(ZoneInfo(business.timezone))
    here = now.astimezone(own_zone())
    text = f"Time zone of the business: {business.timezone} ({now:%Z}), now {now:%H:%M}."
    return text if now.utcoffset() == here.utcoffset() else f"{text} Your time zone: {own_zone()}, now {here:%H:%M}."


def free_time(slot: actions.Slot, business: Business, chosen: datetime | None, day: date | None) -> FreeTime:
    """Return a slot as a free time. Its label leaves out the day if it is `day`."""
    there = slot.starts_at.astimezone(ZoneInfo(business.timezone))
    clock = clock_text(slot.starts_at, business.timezone)
    return FreeTime(
        value=f"{there:%Y-%m-%d} {clock}",
        label=clock if there.date() == day else f"{there:%a %-d %b} {clock}",
        own=own_clock(slot.starts_at, business.timezone),
        free=slot.free,
        chosen=slot.starts_at == chosen,
    )


def day_bounds(business: Business, day: date, days: int = 1) -> tuple[datetime, datetime]:
    """Return the beginning of a day in the business's time zone, and that of the day `days` later."""
    zone = ZoneInfo(business.timezone)
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=days), time(), zone)


def choose(
    business: Business, day: date, duration: int, at: datetime | None = None, moving: UUID | None = None
) -> TimeChoice:
    """Return the free times of a day.

    Args:
        business: The business.
        day: The day in the business's time zone.
        duration: Minutes.
        at: The chosen time, which is checked.
        moving: The appointment that is to move. Its own time counts as free.
    """
    day = in_reach(day)
    start, end = day_bounds(business, day)
    slots = actions.slots(business=business.pk, start=start, end=end, duration=duration, limit=SHOWN + 1)
    outcome = verdict = when = ""
    if at is not None:
        outcome = actions.check(business=business.pk, scheduled_at=at, duration=duration, exclude=moving)
        verdict = "This time is free." if outcome == "ok" else actions.REASONS[outcome]
        if outcome == "outside_hours":
            verdict = f"{verdict} {actions.opening_hours(business.pk, at)}"
        when = both_times(at, business.timezone)
    instead: Iterable[actions.Slot] = ()
    if outcome not in ("", "ok") or not slots:
        near = at if outcome == "fully_booked" and at else max(at or start, datetime.now(start.tzinfo))
        near = min(near, day_bounds(business, in_reach(near.astimezone(start.tzinfo).date()))[1])
        instead = actions.nearest(business=business.pk, near=near, duration=duration, limit=OFFERED)
    return TimeChoice(
        business=business,
        day=day,
        duration=duration,
        free=[free_time(slot, business, at, day) for slot in slots[:SHOWN]],
        more=len(slots) > SHOWN,
        outcome=outcome,
        verdict=verdict,
        when=when,
        instead=[free_time(slot, business, at, None) for slot in sorted(instead, key=lambda slot: slot.starts_at)],
    )


def first_free_day(business: Business, duration: int = 60) -> date:
    """Return the next day with a free time in the next 31 days, or today."""
    now = datetime.now(ZoneInfo(business.timezone))
    found = actions.slots(business=business.pk, start=now, end=now + timedelta(days=31), duration=duration, limit=1)
    return found[0].starts_at.astimezone(now.tzinfo).date() if found else now.date()
