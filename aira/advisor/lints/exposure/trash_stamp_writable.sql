-- level: error
-- title: A role that may write deleted_at
-- why: Only a DELETE may move a row to the trash, and only console may restore it.
-- fix: revoke update (deleted_at), insert (deleted_at) on … from ….
select c.oid::regclass, pg_catalog.format('%s may %s deleted_at', r.rolname, k.privilege)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'deleted_at'
cross join (values ('INSERT'), ('UPDATE')) as k (privilege)
join pg_catalog.pg_roles r on r.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater')
where n.nspname = 'public' and pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, k.privilege)
