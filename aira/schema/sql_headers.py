"""Read queries from files whose header describes them."""

from itertools import takewhile


def header(query: str) -> dict[str, str]:
    """Return the header's lines `-- name: value` by name. A value may be empty."""
    lines = takewhile(lambda line: line.startswith("-- "), query.splitlines())
    return {name: value.strip() for name, _, value in (line[3:].partition(":") for line in lines)}
