-- level: warn
-- title: A table without a primary key
-- why: Its rows can not be distinguished, replicated or addressed.
-- fix: Add a primary key.
select c.oid::regclass, 'has no primary key'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'audit', 'analytics') and c.relkind in ('r', 'p')
  and not exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary)
