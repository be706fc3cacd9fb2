"""Somebody else is quicker: what they do comes between what a request looked at and what it writes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def before_statement(word: str, happens: Callable[[], Any]) -> Iterator[None]:
    """Just before the first statement with this word in it; there has to be one."""
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
