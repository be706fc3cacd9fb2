-- level: error
-- title: A partition that roles can read directly
-- why: The policies of the parent table do not protect a direct read of a partition.
-- fix: Enable row security on the partition and revoke all grants.
select c.oid::regclass, case when not c.relrowsecurity then 'row security is off' else 'an API role holds a grant' end
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relispartition and c.relkind in ('r', 'p', 'f') and n.nspname in ('public', 'private', 'audit', 'analytics')
  and (not c.relrowsecurity or exists (
      select from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role', 'voice_agent', 'kb_updater')
        and (pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT,INSERT,UPDATE') or pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE'))))
