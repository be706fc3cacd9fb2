-- level: error
-- title: A table granted to anon
-- why: A caller who has not logged in may not read or write a table of AiRa, not even one column.
-- fix: revoke all on … from anon.
select distinct c.oid::regclass, pg_catalog.format('anon may %s', k.privilege)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join (values ('SELECT'), ('INSERT'), ('UPDATE')) as k (privilege)
where n.nspname in ('public', 'private', 'audit', 'analytics', 'console', 'jobs') and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and pg_catalog.has_any_column_privilege('anon', c.oid, k.privilege)
