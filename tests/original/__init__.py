"""The database that the original document describes, in its variants, with rows in it."""

from pathlib import Path

import psycopg

from aira.embedded import Cluster
from tests.hosted import AUTH, OLD_DEFAULTS, connect, make_database, url

HERE = Path(__file__).parent
DECISIONS = HERE / "decisions.json"


def text(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def make_original(cluster: Cluster, name: str, *statements: str, rows: int = 2000, offending: bool = False) -> None:
    """A database of a hosted project from before 2026: generous default privileges. statements: its variant."""
    make_database(cluster, name, AUTH, OLD_DEFAULTS, owner="hosted")
    with owner(cluster, name) as connection:
        connection.execute(text("supabase"))
        connection.execute(text("schema"))
        connection.execute(text("rows").replace(":rows", str(rows)))
        if offending:
            connection.execute(text("offending"))
        for statement in statements:
            connection.execute(statement)


def owner(cluster: Cluster, name: str) -> psycopg.Connection:
    return connect(cluster, name, "hosted", options="-c search_path=public,extensions")


def address(cluster: Cluster, name: str) -> str:
    return url(cluster, name, "hosted")
