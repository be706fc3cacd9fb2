from typing import Any

import pytest
from django.core.exceptions import ValidationError

from businesses.hours import HoursField
from tests.businesses.test_opening_hours import GOOD

WEEK = ["09:00-12:00, 13:00-18:00", "closed", "22:00–02:00", "", "", "", ""]


@pytest.mark.parametrize("hours", GOOD)
def test_the_form_shows_and_reads_back_every_valid_json_of_opening_hours(hours: Any) -> None:
    field = HoursField()
    again = field.clean(field.widget.decompress(hours))
    assert field.widget.decompress(again) == field.widget.decompress(hours)
    week = (hours or {}).get("weekly")
    if week is not None:
        assert {day: found for day, found in again["weekly"].items() if found} == {
            day: i for day, i in week.items() if i
        }
    for key in ("special", "closures"):
        assert (again or {}).get(key) == (hours or {}).get(key)


def test_a_week_is_read_as_people_write_it() -> None:
    hours = HoursField().clean(
        [*WEEK, "2026-12-25 closed\n\n2026-12-24: 9:00 - 13:00", "2026-08-01 00:00 to 2026-08-16 00:00"]
    )
    assert hours == {
        "weekly": {"mon": [["09:00", "12:00"], ["13:00", "18:00"]], "tue": [], "wed": [["22:00", "02:00"]]},
        "special": {"2026-12-25": [], "2026-12-24": [["09:00", "13:00"]]},
        "closures": [{"from": "2026-08-01T00:00", "to": "2026-08-16T00:00"}],
    }
    assert HoursField().clean([""] * 9) is None


@pytest.mark.parametrize(
    ("position", "text"), [(0, "nine to five"), (0, "09:00"), (7, "Christmas closed"), (8, "August")]
)
def test_the_form_names_a_text_that_is_not_a_time_range(position: int, text: str) -> None:
    texts = [""] * 9
    texts[position] = text
    with pytest.raises(ValidationError, match=f"“{text}”|“Christmas"):
        HoursField().clean(texts)


@pytest.mark.parametrize(
    "special", ["2026-12-24 09:00-12:00\n2026-12-24 13:00-18:00", "2026-12-24 closed\n2026-12-24: closed"]
)
def test_a_special_day_that_is_given_twice_is_refused(special: str) -> None:
    with pytest.raises(ValidationError, match=r"2026-12-24 is given twice\. Write all its hours on one line"):
        HoursField().clean([""] * 7 + [special, ""])
