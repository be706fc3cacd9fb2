-- level: warn
-- title: A constraint that was not validated
-- why: Existing rows may break it.
-- fix: alter table … validate constraint ….
select k.conrelid::regclass, pg_catalog.format('%s is not validated', k.conname)
from pg_catalog.pg_constraint k join pg_catalog.pg_namespace n on n.oid = k.connamespace
where not k.convalidated and n.nspname in ('public', 'private', 'audit')
