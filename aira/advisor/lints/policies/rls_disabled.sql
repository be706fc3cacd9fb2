-- level: error
-- title: Row security is off
-- why: A role that holds a grant on the table, now or later, sees every tenant.
-- fix: alter table … enable row level security, with its policies in the same migration.
select c.oid::regclass, 'row security is off'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'audit', 'analytics') and c.relkind in ('r', 'p') and not c.relrowsecurity
