-- level: error
-- title: A table granted to PUBLIC
-- why: Every role has this privilege, including anon and roles that are created later.
-- fix: revoke all on … from public.
select c.oid::regclass, pg_catalog.format('PUBLIC holds %s', a.privilege_type)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral pg_catalog.aclexplode(c.relacl) a
where n.nspname in ('public', 'private', 'audit', 'analytics', 'console', 'jobs') and a.grantee = 0
union all
select c.oid::regclass, pg_catalog.format('PUBLIC holds %s of column %s', a.privilege_type, t.attname)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute t on t.attrelid = c.oid
cross join lateral pg_catalog.aclexplode(t.attacl) a
where n.nspname in ('public', 'private', 'audit', 'analytics', 'console', 'jobs') and a.grantee = 0
