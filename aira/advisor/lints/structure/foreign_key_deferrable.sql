-- level: error
-- title: A foreign key that waits for COMMIT
-- why: A foreign tenants row would be refused at COMMIT, when the caller has gone on.
-- fix: NOT DEFERRABLE.
select k.conrelid::regclass, pg_catalog.format('%s is deferrable', k.conname)
from pg_catalog.pg_constraint k join pg_catalog.pg_namespace n on n.oid = k.connamespace
where k.contype = 'f' and k.condeferrable and n.nspname in ('public', 'private')
