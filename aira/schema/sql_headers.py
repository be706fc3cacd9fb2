"""Queries that are files of their own, with what is said of each on top."""

from itertools import takewhile


def header(query: str) -> dict[str, str]:
    """name → value of the lines `-- name: value` that a query begins with; a value may be empty."""
    lines = takewhile(lambda line: line.startswith("-- "), query.splitlines())
    return {name: value.strip() for name, _, value in (line[3:].partition(":") for line in lines)}
