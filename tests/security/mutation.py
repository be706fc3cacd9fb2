"""Drop and loosen each policy and grant in turn: a check of the intended access must notice it.

`pytest -s tests/security/test_mutations.py` prints the score.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.security.intent import checks

POLICIES = """
    select format('%I on %I.%I', policyname, schemaname, tablename), qual, with_check
    from pg_policies where schemaname in ('public', 'private', 'audit') order by 1
"""
TABLE_GRANTS = """
    select format('%I.%I', n.nspname, c.relname), r.rolname, a.privilege_type
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
    where n.nspname in ('public', 'private', 'analytics', 'audit') and c.relkind in ('r', 'p', 'v', 'm')
      and a.grantee <> c.relowner order by 1, 2, 3
"""
COLUMN_GRANTS = """
    select format('%I.%I', n.nspname, c.relname), t.attname, r.rolname, a.privilege_type
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute t on t.attrelid = c.oid
    cross join lateral aclexplode(t.attacl) a join pg_roles r on r.oid = a.grantee
    where n.nspname in ('public', 'private', 'audit') and a.grantee <> c.relowner order by 1, 2, 3, 4
"""
FUNCTION_GRANTS = """
    select p.oid::regprocedure::text, r.rolname
    from pg_proc p cross join lateral aclexplode(p.proacl) a join pg_roles r on r.oid = a.grantee
    where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and a.grantee <> p.proowner order by 1, 2
"""
# Supabase opens public and extensions to everybody, so dropping one role's grant on them changes nothing.
SCHEMA_GRANTS = """
    select n.nspname, r.rolname from pg_namespace n cross join lateral aclexplode(n.nspacl) a
    join pg_roles r on r.oid = a.grantee
    where n.nspname in ('private', 'analytics', 'audit', 'console', 'jobs') and a.grantee <> n.nspowner
      and r.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater', 'console')
      and a.privilege_type = 'USAGE' order by 1, 2
"""


@dataclass(frozen=True)
class Mutant:
    kind: str
    statement: str


def mutants(connection: psycopg.Connection[Any]) -> Iterator[Mutant]:
    """Return every change of one policy or grant that could matter."""
    for name, using, check in connection.execute(POLICIES).fetchall():
        yield Mutant("policy dropped", f"drop policy {name}")
        if using not in (None, "true"):
            yield Mutant("policy loosened", f"alter policy {name} using (true)")
        if check not in (None, "true"):
            yield Mutant("policy loosened", f"alter policy {name} with check (true)")
    for table, role, privilege in connection.execute(TABLE_GRANTS).fetchall():
        yield Mutant("table grant dropped", f"revoke {privilege} on {table} from {role}")
        yield Mutant("table grant loosened", f"grant all on {table} to {role}")
        yield Mutant("table grant loosened", f"grant {privilege} on {table} to public")
    for table, column, role, privilege in connection.execute(COLUMN_GRANTS).fetchall():
        yield Mutant("column grant dropped", f"revoke {privilege} ({column}) on {table} from {role}")
        yield Mutant("column grant loosened", f"grant {privilege} on {table} to {role}")
        yield Mutant("column grant loosened", f"grant {privilege} ({column}) on {table} to anon")
    for function, role in connection.execute(FUNCTION_GRANTS).fetchall():
        yield Mutant("function grant dropped", f"revoke execute on function {function} from {role}")
        yield Mutant("function grant loosened", f"grant execute on function {function} to public")
    for schema, role in connection.execute(SCHEMA_GRANTS).fetchall():
        yield Mutant("schema grant dropped", f"revoke usage on schema {schema} from {role}")
        yield Mutant("schema grant loosened", f"grant usage on schema {schema} to public")


def killed_by(connection: psycopg.Connection[Any], mutant: Mutant) -> str | None:
    """Return the first check that notices a change, or None. Restore the database."""
    with connection.transaction(force_rollback=True):
        connection.execute(mutant.statement)  # type: ignore[call-overload]
        for name, check in checks(connection):
            try:
                with connection.transaction(force_rollback=True):
                    check()
            except (AssertionError, psycopg.Error):
                return name
    return None
