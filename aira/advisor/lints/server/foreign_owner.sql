-- level: error
-- title: An object of AiRa that another role owns
-- why: An owner is above row security and grants, and can drop or replace the object. Migrations can't change it.
-- fix: Run alter … owner to the role that runs migrations.
select pg_catalog.format('%s %s', o.kind, o.name), 'is owned by ' || o.owner::regrole
from (
    select case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
           c.relnamespace, c.oid::regclass::text, c.relowner, c.oid
    from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'S')
    union all
    select 'function', p.pronamespace, p.oid::regprocedure::text, p.proowner, p.oid from pg_catalog.pg_proc p
    union all
    select 'type', t.typnamespace, t.oid::regtype::text, t.typowner, t.oid from pg_catalog.pg_type t where t.typtype in ('e', 'd')
    union all
    select 'schema', n.oid, n.nspname::text, n.nspowner, n.oid from pg_catalog.pg_namespace n where n.nspname <> 'public'
) o (kind, schema, name, owner, id)
join pg_catalog.pg_namespace s on s.oid = o.schema
where s.nspname in ('public', 'private', 'audit', 'analytics', 'console', 'jobs')
  and o.owner <> (select n.nspowner from pg_catalog.pg_namespace n where n.nspname = 'private')
  and o.id not in (select x.objid from pg_catalog.pg_depend x where x.deptype = 'e')
