"""Show the plan of a stored statement for any values, without running it.

EXPLAIN (GENERIC_PLAN) would need PostgreSQL 16. A prepared statement with a generic plan does the same on 15.
"""

import re

import psycopg
from django.db import transaction

from aira.migrate.catalog.reference import raw
from aira.schema.sql_calls import rows

READABLE = re.compile(r"\s*(select|insert|update|delete|merge|with)\b", re.IGNORECASE)
NAME = "aira_planned"
PARAMETERS = "select pg_catalog.cardinality(parameter_types) from pg_catalog.pg_prepared_statements where name = %s"
# The planner calls functions that claim to change nothing. They run for this long at most.
CAREFULLY = """
    set transaction read only; set local statement_timeout = '2s'; set local lock_timeout = '500ms';
    set local plan_cache_mode = force_generic_plan
"""


class NoPlan(Exception):
    """Raised with the reason if a statement can't be planned."""


def plan_of(statement_id: int) -> list[str]:
    """Return the lines of the plan of a stored statement.

    It is planned as the role that ran it, which has no right that the statement did not have then, in a read-only
    transaction that is rolled back.

    Raises NoPlan.
    """
    found = rows("select s.text, s.role from private.statements s where s.id = %s", statement_id)
    if not found:
        raise NoPlan("This statement is not stored any more.")
    [(text, role)] = found
    if text is None or not READABLE.match(text):
        raise NoPlan("Its text is not stored, so it can't be planned.")
    alias = "default" if role == rows("select current_user::text")[0][0] else "direct"
    connection = raw(alias)
    try:
        with transaction.atomic(using=alias):
            transaction.set_rollback(True, using=alias)
            # Django's cursor would send several statements at once.
            with psycopg.Cursor(connection) as cursor:
                cursor.execute(CAREFULLY)
                if alias == "direct":
                    act_as(cursor, role)
                return planned(cursor, text)
    except psycopg.Error as error:
        raise NoPlan(f"PostgreSQL can't plan it: {str(error).splitlines()[0]}.") from None


def planned(cursor: psycopg.Cursor[tuple[str, ...]], text: str) -> list[str]:
    """Return the plan. PREPARE accepts only what can be planned, and the extended protocol only one statement."""
    cursor.execute(f"prepare {NAME} as {text}", binary=True)
    try:
        [(parameters,)] = cursor.execute(PARAMETERS, [NAME]).fetchall()
        values = f"({', '.join(['null'] * int(parameters))})" if parameters else ""
        with cursor.connection.transaction():
            return [line for (line,) in cursor.execute(f"explain execute {NAME}{values}").fetchall()]
    finally:
        # A prepared statement survives a rollback, and a pooler gives the connection to others.
        cursor.execute(f"deallocate {NAME}")


def act_as(cursor: psycopg.Cursor[tuple[str, ...]], role: str) -> None:
    """Take the role of a statement. Raises NoPlan if the owner may not."""
    owner = cursor.execute("select current_user::text").fetchone()
    if owner == (role,):
        return
    # The search_path of PostgREST, through which these roles come.
    cursor.execute("set local search_path = public, extensions")
    try:
        with cursor.connection.transaction():
            cursor.execute("select pg_catalog.set_config('role', %s, true)", [role])
    except psycopg.Error as error:
        raise NoPlan(
            f"It ran as {role}, and {owner and owner[0]} can't act as that role: {error.diag.message_primary}."
        ) from None
