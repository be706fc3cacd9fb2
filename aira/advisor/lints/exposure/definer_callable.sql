-- level: error
-- title: A SECURITY DEFINER trigger function that roles may call
-- why: Triggers need no EXECUTE on their function. A role that holds it could attach the function to another table.
-- fix: revoke all on function … from every role.
select p.oid::regprocedure, pg_catalog.format('%s may execute it', r.rolname)
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
cross join lateral pg_catalog.aclexplode(p.proacl) a
join pg_catalog.pg_roles r on r.oid = a.grantee and a.grantee <> p.proowner
where n.nspname in ('public', 'private') and p.prosecdef and p.prorettype = 'pg_catalog.trigger'::regtype
