"""Maintain tables that are partitioned by month."""

from django.db import connections

from aira.schema.sql_calls import rows

# Tables with their schema. `private.add_partition` creates a partition.
TABLES = ("audit.events", "private.delivery_attempts")


def add_missing(using: str = "default") -> int:
    """Add the partitions of this month and the next three. Return how many were missing."""
    with connections[using].cursor() as cursor:
        cursor.execute("select sum(private.add_partitions(t::regclass)) from unnest(%s::text[]) t", [list(TABLES)])
        (added,) = cursor.fetchone()
    return added


def problems() -> list[str]:
    """Return the missing partitions of this month and the next, without which writes would fail."""
    query = """
        select t.name || to_char(m.month, '_YYYY_MM') as leaf
        from unnest(%s::text[]) t (name), generate_series(0, 1) n (n),
            lateral (select now() at time zone 'UTC' + n.n * interval '1 month') m (month)
        where not exists (
            select from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = t.name::regclass
              and c.relname = split_part(t.name, '.', 2) || to_char(m.month, '_YYYY_MM'))
        order by 1
    """
    return [f"partition {name} is missing" for (name,) in rows(query, list(TABLES))]
