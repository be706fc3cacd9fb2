-- level: warn
-- title: Two equal indexes
-- why: Each write updates both.
-- fix: Drop one of them.
select i.indrelid::regclass, pg_catalog.string_agg(i.indexrelid::regclass::text, ' = ' order by i.indexrelid::regclass::text)
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'audit', 'analytics')
group by i.indrelid, i.indkey::text, i.indclass::text, i.indoption::text,
    coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), ''), coalesce(pg_catalog.pg_get_expr(i.indexprs, i.indrelid), '')
having pg_catalog.count(*) > 1
