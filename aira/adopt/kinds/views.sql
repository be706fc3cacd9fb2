-- Views and materialized views that read the tables, also through other views: the kind of each, and the tables that it
-- reads.
with recursive reads (view, relation) as (
    select r.ev_class, d.refobjid from pg_catalog.pg_depend d
    join pg_catalog.pg_rewrite r on r.oid = d.objid and d.classid = 'pg_catalog.pg_rewrite'::regclass
    where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = any(%(tables)s::regclass[]) and r.ev_class <> d.refobjid
    union
    select r.ev_class, v.relation from reads v
    join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = v.view
    join pg_catalog.pg_rewrite r on r.oid = d.objid and d.classid = 'pg_catalog.pg_rewrite'::regclass and r.ev_class <> v.view
)
select '', format('%%I.%%I', n.nspname, c.relname), jsonb_build_object(
    'kind', case c.relkind when 'm' then 'materialized view' when 'v' then 'view' else 'rule of a table' end,
    'reads', array(select t.relname::text from pg_catalog.pg_class t join reads x on x.relation = t.oid where x.view = c.oid order by 1))
from (select distinct r.view from reads r) v
join pg_catalog.pg_class c on c.oid = v.view join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm')
