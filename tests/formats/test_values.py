"""Test how JSON values and periods of time are written for people."""

from datetime import timedelta
from typing import Any

import pytest

from aira.formats.values import duration_text, lines_of


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ({"file_name": "menu.pdf", "size": 20000, "done": False}, ["File name: menu.pdf", "Size: 20,000", "Done: no"]),
        ({"record": {"name": "x", "of": {"a": None}}}, ["Record › Name: x", "Record › Of › A: –"]),
        ({"faults": ["one", "two"], "none": [], "empty": {}}, ["Faults: one; two", "None: –", "Empty: –"]),
        ([{"table": "wallets", "rows": 1}, "x"], ["Table: wallets, Rows: 1", "x"]),
        ([], []),
        ("text", ["text"]),
        ({"s3://anchors": "sent"}, ["s3://anchors: sent"]),
        ({"sent": "2026-11-30T01:00:00+00:00"}, ["Sent: 30 Nov 2026 01:00 UTC"]),
    ],
)
def test_a_json_value_is_lines_of_words(value: Any, lines: list[str]) -> None:
    assert lines_of(value) == lines


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (timedelta(seconds=1.536), "1.5 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(0), "0 seconds"),
        (timedelta(minutes=4), "4 minutes"),
        (timedelta(days=1, hours=2, minutes=3), "1 day 2 hours"),
        (timedelta(minutes=1, seconds=1), "1 minute 1 second"),
    ],
)
def test_a_period_has_at_most_two_units(period: timedelta, text: str) -> None:
    assert duration_text(period) == text
