"""A database's catalog as text that can be compared: the same after migrating again, as another owner, elsewhere."""

from typing import Any

import psycopg

# A list of privileges in an order that the owner's name has no part in.
ACL = """(select string_agg(o.acl, ' ' order by o.acl) from (
    select replace(a::text, %(owner)s, 'OWNER') as acl from unnest({}) a) o)"""
SCHEMAS = ("public", "private", "analytics", "console", "jobs")
# Views of console are left out of "views": what they say of auth.users follows its types, which are Supabase's.
# name → query of one text column; schemas are given as %(schemas)s, the owner's name is replaced by OWNER.
PARTS = {
    "relations": f"""
        select format('%%s %%s.%%s rls=%%s acl=%%s', c.relkind, n.nspname, c.relname, c.relrowsecurity,
            {ACL.format("c.relacl")})
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any(%(schemas)s) and c.relkind in ('r', 'v', 'm', 'p', 'S')
    """,
    "columns": f"""
        select format('%%s.%%s.%%s %%s null=%%s default=%%s generated=%%s acl=%%s', n.nspname, c.relname, a.attname,
            format_type(a.atttypid, a.atttypmod), not a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attgenerated,
            {ACL.format("a.attacl")})
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where n.nspname = any(%(schemas)s) and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'v', 'm', 'p')
    """,
    "constraints": """
        select format('%%s %%s %%s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
        from pg_constraint c join pg_namespace n on n.oid = c.connamespace
        where n.nspname = any(%(schemas)s) and c.contype in ('c', 'f', 'p', 'u', 'x')
    """,
    "views": """
        select format('%%s.%%s %%s %%s', n.nspname, c.relname, c.reloptions, pg_get_viewdef(c.oid))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any(%(schemas)s) and n.nspname <> 'console' and c.relkind in ('v', 'm')
    """,
    "indexes": "select indexdef from pg_indexes where schemaname = any(%(schemas)s)",
    "policies": """
        select format('%%s.%%s %%s %%s %%s using=%%s check=%%s', schemaname, tablename, policyname, cmd, roles, qual, with_check)
        from pg_policies where schemaname = any(%(schemas)s)
    """,
    "triggers": """
        select pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text || ' ' || coalesce(obj_description(t.oid), '')
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = any(%(schemas)s) and not t.tgisinternal
    """,
    "functions": f"""
        select pg_get_functiondef(p.oid) || coalesce({ACL.format("p.proacl")}, 'default')
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = any(%(schemas)s)
    """,
    "types": """
        select format('%%s.%%s %%s', n.nspname, t.typname, array(
            select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder))
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
        where n.nspname = any(%(schemas)s) and t.typtype = 'e'
    """,
    "schemas": f"""
        select format('%%s acl=%%s', n.nspname, {ACL.format("n.nspacl")})
        from pg_namespace n where n.nspname in ('private', 'analytics', 'console', 'jobs')
    """,
}


def snapshot(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Each part of the catalog, sorted. The owner of the schema is called OWNER, whoever it is."""
    row = connection.execute("select nspowner::regrole::text from pg_namespace where nspname = 'private'").fetchone()
    assert row
    connection.execute("set search_path = ''")
    catalog = {}
    for part, query in PARTS.items():
        lines = connection.execute(query, {"schemas": list(SCHEMAS), "owner": row[0]}).fetchall()
        catalog[part] = sorted(line for (line,) in lines)
    return catalog


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[str]:
    found = []
    for part in PARTS:
        before, after = set(one[part]), set(other[part])
        found += [f"{part} - {line}" for line in sorted(before - after)]
        found += [f"{part} + {line}" for line in sorted(after - before)]
    return found
