-- level: error
-- title: An invalid index
-- why: CREATE INDEX CONCURRENTLY failed. Writes update the index, but no query uses it.
-- fix: drop index …, then create it again.
select i.indexrelid::regclass, 'is not valid'
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'audit', 'analytics', 'console', 'jobs') and not i.indisvalid
