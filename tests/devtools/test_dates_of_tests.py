"""Test that no test makes an appointment on a day that the clock will reach soon."""

import re

from aira.embedded import PROJECT

# The fixtures make appointments for today and tomorrow. Two of a business at one time exclude each other.
SOON = re.compile(r"scheduled_at\W{1,8}(f?[\"']202[6-9]-(?!01-01)|datetime\(20(2[6-9]|30))")


def test_appointments_of_tests_are_far_away_or_relative_to_now() -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {line.strip()}"
        for path in (PROJECT / "tests").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if SOON.search(line)
    ]
    # The guide has its dates replaced before its samples run, and the client sends none of its own.
    assert [
        one for one in found if not one.startswith(("tests/docs/test_samples.py", "tests/client/test_calls.py"))
    ] == []
