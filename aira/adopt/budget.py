"""Limit the time that a transaction takes, whatever statements it runs."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connections

QUERY_CANCELED = "57014"
# In seconds. The server's limit for a statement is renewed if it is off by more than this.
PRECISION = 0.1


class TookTooLongError(Exception):
    """The statements did not end in time."""


@contextmanager
def budget(alias: str, until: float) -> Iterator[None]:
    """Give all statements of the block together until a time of time.monotonic().

    The server cancels the statement that runs at that time. Use it in a transaction, which raising it rolls back. It
    sets statement_timeout, up to the end of the transaction.

    Raises:
        TookTooLongError: The time has passed.
    """
    limit = math.inf

    def run(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal limit
        left = until - time.monotonic()
        if left <= 0:
            raise TookTooLongError
        if limit - left > PRECISION:
            limit = left
            # The cursor beneath, so that this statement does not limit itself.
            context["cursor"].cursor.execute(
                "select pg_catalog.set_config('statement_timeout', %s, true)", [f"{math.ceil(left * 1000)}ms"]
            )
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) == QUERY_CANCELED and time.monotonic() >= until - PRECISION:
                raise TookTooLongError from error
            raise

    with connections[alias].execute_wrapper(run):
        yield
