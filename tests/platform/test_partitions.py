"""Tables that are partitioned by month."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg import errors

from tests.database import Database


def test_partitions_reach_three_months_ahead(database: Database, as_service: Callable[[str], Any]) -> None:
    count = "select count(*) from pg_inherits where inhparent = 'private.delivery_attempts'::regclass"
    assert database.owner(count).fetchone() == (4,)
    with as_service("console") as sql:
        assert sql("select private.add_partitions('private.delivery_attempts', 5)").fetchone() == (2,)
        assert sql("select private.add_partitions('private.delivery_attempts', 5)").fetchone() == (0,)
    leaf = database.owner(
        "select i.inhrelid::regclass::text from pg_inherits i where i.inhparent = 'private.delivery_attempts'::regclass"
        " order by 1 limit 1"
    ).fetchone()[0]
    with pytest.raises(errors.InsufficientPrivilege), as_service("console") as sql:
        sql(f"select from {leaf}")
    for table in ("private.webhook_deliveries", "public.documents"):
        with pytest.raises(errors.InvalidParameterValue), as_service("console") as sql:
            sql("select private.add_partitions(%s::regclass)", table)
