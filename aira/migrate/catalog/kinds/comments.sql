-- Only comments in public: they are part of the contract.
select pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.obj_description(c.oid, 'pg_class')
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and n.nspname = 'public' and c.relkind in ('r', 'v', 'm', 'p') and c.oid not in :members
  and pg_catalog.obj_description(c.oid, 'pg_class') is not null
union all
select pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname), pg_catalog.col_description(c.oid, a.attnum)
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas) and n.nspname = 'public' and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'v', 'm', 'p')
  and c.oid not in :members and pg_catalog.col_description(c.oid, a.attnum) is not null
union all
select p.oid::pg_catalog.regprocedure::text, pg_catalog.obj_description(p.oid, 'pg_proc')
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname = any(:schemas) and n.nspname = 'public' and p.oid not in :members
  and pg_catalog.obj_description(p.oid, 'pg_proc') is not null
union all
select pg_catalog.format('type %I.%I', n.nspname, t.typname), pg_catalog.obj_description(t.oid, 'pg_type')
from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where n.nspname = any(:schemas) and n.nspname = 'public' and t.typtype in ('e', 'd') and t.oid not in :members
  and pg_catalog.obj_description(t.oid, 'pg_type') is not null
