-- level: error
-- title: A function that anon may execute
-- why: A caller who has not logged in may not call a function of AiRa.
-- fix: revoke execute on function … from anon.
select p.oid::regprocedure, 'anon may execute it'
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private', 'audit', 'analytics', 'jobs')
  and exists (select from pg_catalog.aclexplode(p.proacl) a join pg_catalog.pg_roles r on r.oid = a.grantee and r.rolname = 'anon')
