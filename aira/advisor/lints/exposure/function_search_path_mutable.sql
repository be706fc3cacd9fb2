-- level: error
-- title: A function without a fixed search_path
-- why: The caller's search_path decides which objects its names mean.
-- fix: SET search_path = '' and write every name with its schema.
select p.oid::regprocedure, 'search_path is the caller''s'
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private', 'audit', 'analytics', 'jobs')
  and not exists (select from pg_catalog.unnest(p.proconfig) s where s like 'search_path=%')
  and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
