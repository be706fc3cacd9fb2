"""Make another person quicker: run their change between a request's read and its write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def before_statement(word: str, happens: Callable[[], Any]) -> Iterator[None]:
    """Run the change before the first statement with this word. The test fails if no statement has it."""
    waits = True

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal waits
        if waits and word in sql:
            waits = False
            happens()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield
    assert not waits, f"nothing was asked with {word}"
