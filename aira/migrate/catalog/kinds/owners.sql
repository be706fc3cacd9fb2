-- Objects whose owner is not the role that runs migrations, which owns the schema `private`.
select pg_catalog.format('%s %s', o.of, o.name), o.owner::pg_catalog.regrole::text
from (
    select n.nspname, 'relation', pg_catalog.format('%I.%I', n.nspname, c.relname), c.relowner
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm', 'p', 'S') and c.oid not in :members
    union all
    select n.nspname, 'function', pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)), p.proowner
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.oid not in :members
    union all
    select n.nspname, 'type', pg_catalog.format('%I.%I', n.nspname, t.typname), t.typowner
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where t.typtype in ('e', 'd') and t.oid not in :members
    union all
    select n.nspname, 'schema', pg_catalog.quote_ident(n.nspname), n.nspowner from pg_catalog.pg_namespace n where n.nspname <> 'public'
) o (schema, of, name, owner)
where o.schema = any(:schemas) and o.owner <> (select n.nspowner from pg_catalog.pg_namespace n where n.nspname = 'private')
