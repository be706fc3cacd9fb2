"""Times as staff type them, in the zone of a business."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from bookings.local_time import clock_text, moment_at, moments, read_clock

BERLIN = "Europe/Berlin"
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("3pm", time(15)), ("3 PM", time(15)), ("3 p.m.", time(15)), ("15.00", time(15)), ("15:00", time(15)),
        ("3:30 pm", time(15, 30)), ("15h30", time(15, 30)), ("1500", time(15)), ("930", time(9, 30)), ("9:30", time(9, 30)),
        ("12am", time(0)), ("12pm", time(12)), ("12:15 am", time(0, 15)), ("noon", time(12)), ("midnight", time(0)),
        ("0", time(0)), ("17", time(17)), (" 08:05 ", time(8, 5)), ("00:00", time(0)),
    ],
)  # fmt: skip
def test_staff_can_type_a_time_in_common_spellings(text: str, clock: time) -> None:
    assert read_clock(text) == (clock, "")


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "15:60", "13pm", "0am", "3", "10", "15:0", "٣pm", "1:2:3", "99999"]
)
def test_a_text_that_is_not_a_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match="Write"):
        read_clock(text)


def test_a_time_is_read_in_the_zone_of_the_business() -> None:
    assert moment_at(date(2026, 12, 24), "3pm", BERLIN) == datetime(2026, 12, 24, 14, tzinfo=UTC)
    assert moment_at(date(2026, 7, 24), "3pm", BERLIN) == datetime(2026, 7, 24, 13, tzinfo=UTC)


def test_the_hour_that_clocks_skip_is_refused() -> None:
    assert moments(SPRING, time(2, 30), BERLIN) == []
    with pytest.raises(ValidationError, match=r"skip 02:30 on 29 Mar 2026"):
        moment_at(SPRING, "2:30", BERLIN)


def test_the_hour_that_clocks_repeat_needs_its_abbreviation() -> None:
    with pytest.raises(ValidationError, match=r"02:30 CEST or 02:30 CET"):
        moment_at(AUTUMN, "2:30", BERLIN)
    first, second = (moment_at(AUTUMN, f"2:30 {zone}", BERLIN) for zone in ("cest", "CET"))
    assert (first, second) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert moment_at(AUTUMN, "2:30 +01:00", BERLIN) == second
    with pytest.raises(ValidationError, match="has no EST"):
        moment_at(AUTUMN, "2:30 EST", BERLIN)


@pytest.mark.parametrize("at", [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)])
def test_a_shown_time_is_read_back(at: datetime) -> None:
    assert moment_at(AUTUMN, clock_text(at, BERLIN), BERLIN) == at
