"""Test opening hours: adoption reads common forms and shows the result. It asks about ambiguous ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from aira.adopt.hours import read_hours
from aira.embedded import Cluster
from tests.adopt.checking import decided, found
from tests.hosted import manage
from tests.original import make_original, owner

NINE = [["09:00", "17:00"]]
SPLIT = [["09:00", "12:00"], ["13:00", "17:00"]]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.mark.parametrize(
    ("stored", "weekly"),
    [
        ({"monday": {"open": "09:00", "close": "17:00"}}, {"mon": NINE}),
        ({"Monday": {"start": "9:00 AM", "end": "5:00 PM"}, "sunday": None}, {"mon": NINE}),
        ({"mon": {"from": "09:00:00", "to": "17:00:00", "closed": False}, "tue": {"closed": True}}, {"mon": NINE}),
        ({"mon": {"is_open": False, "open": "", "close": ""}, "tue": "9-17"}, {"tue": NINE}),
        ("9-17", dict.fromkeys(DAYS, NINE)),
        ({"open": "09:00", "close": "17:00"}, dict.fromkeys(DAYS, NINE)),
        ("Mon-Fri 9:00-17:00; Sat 10-14", {**dict.fromkeys(DAYS[:5], NINE), "sat": [["10:00", "14:00"]]}),
        ({"weekdays": "9-17", "weekend": "closed"}, dict.fromkeys(DAYS[:5], NINE)),
        ({"monday": ["09:00-12:00", "13:00-17:00"]}, {"mon": SPLIT}),
        ({"monday": [["13:00", "17:00"], ["09:00", "12:00"]]}, {"mon": SPLIT}),
        ({"monday": ["09:00", "17:00"]}, {"mon": NINE}),
        ({"monday": [{"open": "09:00", "close": "12:00"}, {"open": "13:00", "close": "17:00"}]}, {"mon": SPLIT}),
        ([{"day": "monday", "open": "09:00", "close": "17:00"}], {"mon": NINE}),
        ([{"day": 0, "hours": "9-17"}], {"sun": NINE}),
        ({"hours": {"friday": "18:00-02:00"}}, {"fri": [["18:00", "02:00"]]}),
        ({"saturday": "24 hours"}, {"sat": [["00:00", "00:00"]]}),
    ],
)  # fmt: skip
def test_adoption_reads_common_forms_of_opening_hours(stored: Any, weekly: dict[str, Any]) -> None:
    read = read_hours(json.dumps(stored))
    assert read is not None
    assert json.loads(read) == {"weekly": weekly}


@pytest.mark.parametrize(
    "stored",
    [
        # Each needs a guess: which half of the day, which first day, or which meaning.
        {"mon": "9-5 pm"}, [["9-17"], [], [], [], [], [], []], {"mon": "by appointment"}, "whenever", 17, {}, [],
        {"mon": {"open": "09:00"}}, {"mon": "9-17", "monday": "10-18"}, {"mon": ["9-13", "12-17"]}, {"mon": "25-26"},
        {"mon": "9-17", "holidays": "closed"}, {"fri": "18-09", "sat": "08-10"}, {"mon": "9-9"},
    ],
)  # fmt: skip
def test_ambiguous_opening_hours_are_not_read(stored: Any) -> None:
    assert read_hours(json.dumps(stored)) is None


@pytest.mark.slow
def test_the_report_shows_the_opening_hours_that_adoption_writes(cluster: Cluster, tmp_path: Path) -> None:
    stored: dict[int, Any] = {
        1: {"monday": {"open": "09:00", "close": "17:00"}}, 2: "9-17", 3: {"mon": "9-5 pm"},
        4: {"weekly": {"mon": [["25:00", "26:00"]]}}, 5: None, 6: {"weekly": {"mon": [["10:00", "12:00"]]}},
    }  # fmt: skip
    make_original(
        cluster, "hours", "alter table business_v2 add column business_hours jsonb",
        *(f"update business_v2 set business_hours = '{json.dumps(hours)}' where name = 'Trattoria {n}'" for n, hours in stored.items()),
        rows=200,
    )  # fmt: skip
    rows = {
        record["subject"][-1]: record
        for record in found(cluster, "hours")
        if record.get("rule") == "business_hours_known"
    }
    assert {n: record["must_decide"] for n, record in rows.items()} == {"1": False, "2": False, "3": True, "4": True}
    assert 'would become {"weekly": {"mon": [["09:00", "17:00"]]}}' in rows["1"]["says"]
    manage(cluster, "hours", "hosted", "adopt", decided(tmp_path, rules={"business_hours_known": {
        "00000000-0000-4000-9000-000000000003": {"set": '{"weekly": {"mon": [["09:00", "17:00"]]}}'}, "*": "clear",
    }}))  # fmt: skip
    with owner(cluster, "hours") as connection:
        became: dict[int, Any] = dict(
            connection.execute(
                "select right(name, 1)::int, business_hours from business_v2 where name ~ 'Trattoria [1-6]$'"
            ).fetchall()
        )
    assert became == {
        1: {"weekly": {"mon": NINE}}, 2: {"weekly": dict.fromkeys(DAYS, NINE)}, 3: {"weekly": {"mon": NINE}}, 4: None, 5: None,
        6: {"weekly": {"mon": [["10:00", "12:00"]]}},
    }  # fmt: skip
