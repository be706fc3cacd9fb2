-- level: error
-- title: TRUNCATE, TRIGGER or REFERENCES for an API role
-- why: TRUNCATE ignores row security, TRIGGER runs code of its holder, and REFERENCES reveals which keys exist.
-- fix: revoke truncate, trigger, references on … from ….
select c.oid::regclass, pg_catalog.format('%s holds %s', coalesce(r.rolname, 'PUBLIC'), a.privilege_type)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral pg_catalog.aclexplode(c.relacl) a
left join pg_catalog.pg_roles r on r.oid = a.grantee
where n.nspname in ('public', 'private', 'audit', 'analytics') and a.grantee <> c.relowner
  and a.privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES')
