-- Privileges of roles other than the owner. MAINTAIN, new in PostgreSQL 17, belongs only to the owner here.
-- Partitions have no grants.
with objects (of, schema, name, acl, owner) as (
    select 'schema', n.nspname, pg_catalog.quote_ident(n.nspname), coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner)), n.nspowner
    from pg_catalog.pg_namespace n where n.nspname <> 'public'
    union all
    select case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, pg_catalog.format('%I.%I', n.nspname, c.relname),
           coalesce(c.relacl, pg_catalog.acldefault(case c.relkind when 'S' then 's'::"char" else 'r'::"char" end, c.relowner)), c.relowner
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm', 'p', 'S') and not c.relispartition and c.oid not in :members
    union all
    select 'column', n.nspname, pg_catalog.format('%I.%I', n.nspname, c.relname) || '.' || pg_catalog.quote_ident(a.attname), a.attacl, c.relowner
    from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where a.attacl is not null and not a.attisdropped and not c.relispartition and c.oid not in :members
    union all
    select 'function', n.nspname, pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
           coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)), p.proowner
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.oid not in :members
    union all
    select 'type', n.nspname, pg_catalog.format('%I.%I', n.nspname, t.typname), coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner)), t.typowner
    from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where t.typtype in ('e', 'd') and t.oid not in :members)
select pg_catalog.format('%s %s to %s', o.of, o.name, case a.grantee when 0 then 'PUBLIC' else a.grantee::pg_catalog.regrole::text end),
       pg_catalog.string_agg(a.privilege_type || case when a.is_grantable then ' with grant option' else '' end, ', ' order by a.privilege_type)
from objects o, pg_catalog.aclexplode(o.acl) a
where o.schema = any(:schemas) and a.grantee <> o.owner and a.privilege_type <> 'MAINTAIN'
group by 1
