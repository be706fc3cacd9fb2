-- level: error
-- title: A function that PUBLIC may execute
-- why: PostgreSQL grants EXECUTE to everybody by default, anon included.
-- fix: revoke all on function … from public, then grant execute to the roles that call it.
select p.oid::regprocedure, 'PUBLIC may execute it'
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private', 'audit', 'analytics', 'jobs')
  and (p.proacl is null or exists (select from pg_catalog.aclexplode(p.proacl) a where a.grantee = 0))
  and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
