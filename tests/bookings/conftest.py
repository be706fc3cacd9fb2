import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.database import Database
from tests.tenant_rows import Rows


def coming(weekday: int, *, month: int | None = None) -> date:
    """Return a weekday (0 is Monday) a month ahead, or the last one of a given month, when clocks change."""
    day = datetime.now(UTC).date() + timedelta(days=30)
    while day.weekday() != weekday or (month and (day.month != month or (day + timedelta(days=7)).month == month)):
        day += timedelta(days=1)
    return day


@dataclass
class Diary:
    """A business without appointments that the Voice Agent books."""

    database: Database
    rows: Rows
    zone: str = "UTC"

    @property
    def id(self) -> UUID:
        return self.rows.business

    def setup(self, *, zone: str | None = None, hours: Any = None, **rules: int) -> None:
        if zone:
            self.zone = zone
        self.database.owner(
            "update public.business_v2 set timezone = %s, business_hours = %s::jsonb where id = %s",
            self.zone,
            hours and json.dumps(hours),
            self.id,
        )
        for column, value in rules.items():
            self.database.owner(f"update public.booking_rules set {column} = %s where business_id = %s", value, self.id)

    def at(self, day: date, clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(self.zone))

    def ask(self, query: str, *params: Any, role: str = "voice_agent") -> list[tuple[Any, ...]]:
        with self.database.as_service(role) as sql:
            return sql(query, *params).fetchall()

    def check(self, when: Any, duration: Any = 60, exclude: Any = None) -> str:
        [[answer]] = self.ask("select check_appointment_time(%s, %s, %s, %s)", self.id, when, duration, exclude)
        [[valid]] = self.ask("select validate_appointment_time(%s, %s, %s)", self.id, when, duration)
        if exclude is None:
            assert valid is (answer == "ok")
        return answer

    def book(
        self, when: Any, duration: int = 60, external_id: str | None = None, name: str = "Dora"
    ) -> tuple[str, Any]:
        [row] = self.ask(
            "select outcome, appointment_id from book_appointment(%s, %s, %s, %s, p_external_id => %s)",
            self.id, when, name, duration, external_id,
        )  # fmt: skip
        return row

    def slots(
        self, start: datetime, end: datetime, duration: int = 60, step: int | None = None, limit: int = 1000
    ) -> list[Any]:
        return self.ask(
            "select * from available_slots(%s, %s, %s, %s, %s, %s)", self.id, start, end, duration, step, limit
        )

    def count(self) -> int:
        query = "select count(*) from public.appointments where status = 'confirmed' and deleted_at is null and business_id = %s"
        return self.database.owner(query, self.id).fetchone()[0]


@pytest.fixture
def diary(database: Database, alices: Rows) -> Diary:
    for _ in ("into the trash", "and out of it"):
        database.owner("delete from public.appointments where business_id = %s", alices.business)
    return Diary(database, alices)


@pytest.fixture
def monday() -> date:
    return coming(0)
