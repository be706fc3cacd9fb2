-- Extended statistics.
select c.relname, s.stxname, to_jsonb(pg_get_statisticsobjdef(s.oid))
from pg_catalog.pg_statistic_ext s join pg_catalog.pg_class c on c.oid = s.stxrelid
where c.oid = any(%(tables)s::regclass[])
