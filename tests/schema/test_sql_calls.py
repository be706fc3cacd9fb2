"""Repeated calls end, however fast others write."""

import pytest

from aira.schema import sql_calls


def test_batches_end_with_the_first_that_is_not_full(monkeypatch: pytest.MonkeyPatch) -> None:
    handled = iter([10, 10, 3, 7])
    asked = []

    def answer(query: str, *params: object) -> list[tuple[int]]:
        asked.append((query, params))
        return [(next(handled),)]

    monkeypatch.setattr(sql_calls, "rows", answer)
    assert sql_calls.in_batches("select f(%s, %s)", "before", most=10) == 23
    assert asked == [("select f(%s, %s)", ("before", 10))] * 3
    # The seven came while the three were handled. The next call has them.
    assert next(handled) == 7
