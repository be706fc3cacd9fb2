"""Compare the originals with the finished tables once more after the swap, then drop them."""

from collections.abc import Callable

from django.db import connections, transaction

from aira.adopt import TABLES, AdoptError
from aira.adopt.beside import RETIRED, SHADOWS
from aira.schema.server_version import has_table

# Rows of the original that are neither in the finished table nor, as removed or deleted rows, in the audit.
LOST = """
    select '{0}', count(*), min(o.id::text) from {1}.{0} o
    where not exists (select from public.{0} x where x.id = o.id)
      and not exists (
          select from audit.events e where e.table_name = '{0}' and e.row_id = o.id::text and e.verb = 'delete')
"""


def retire(alias: str, say: Callable[[str], None]) -> None:
    """Drop the originals if no row of them is missing.

    Raises:
        AdoptError: Rows are missing. The originals stay.
    """
    if not has_table(alias, f"{RETIRED}.business_v2"):
        return
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(" union all ".join(LOST.format(table, RETIRED) for table in TABLES))
        lost = [(table, rows, row) for table, rows, row in cursor.fetchall() if rows]
        if lost:
            table, rows, row = lost[0]
            raise AdoptError(
                f"{rows} rows of {RETIRED}.{table} are not in public.{table}, such as {row}. "
                f"The originals are kept in the schema {RETIRED}. Copy the rows, then run adopt again."
            )
        listed = ", ".join(f"{RETIRED}.{table}" for table in TABLES)
        cursor.execute(f"drop table {listed}; drop schema {RETIRED}; drop schema if exists {SHADOWS} cascade")
        cursor.execute("drop function if exists adoption.note_change(); drop table if exists adoption.changed")
    say("The original tables are dropped: all their rows are in the finished ones.")
