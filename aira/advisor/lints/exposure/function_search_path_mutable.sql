-- level: error
-- title: A function without a fixed search_path
-- why: The caller decides which objects its names refer to.
-- fix: Set search_path = '' and write names with their schema.
select p.oid::regprocedure, 'runs with the search_path of its caller'
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private', 'audit', 'analytics', 'jobs')
  and not exists (select from pg_catalog.unnest(p.proconfig) s where s like 'search_path=%')
  and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
