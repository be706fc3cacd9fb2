-- level: error
-- title: An API role that can reach an unexposed schema
-- why: The data API must not reach staff accounts, sessions, jobs and the audit.
-- fix: revoke usage on schema … and everything in it from API roles.
select s.nspname, pg_catalog.format('%s has USAGE', r.rolname)
from pg_catalog.pg_namespace s cross join pg_catalog.pg_roles r
where s.nspname in ('console', 'jobs', 'audit') and r.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater') and pg_catalog.has_schema_privilege(r.oid, s.oid, 'USAGE')
union all
select c.oid::regclass::text, pg_catalog.format('%s may read or write it', r.rolname)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join pg_catalog.pg_roles r
where n.nspname in ('console', 'jobs', 'audit', 'private') and c.relkind in ('r', 'p', 'v', 'm') and r.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater')
  and (pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT,INSERT,UPDATE')
       or pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE'))
