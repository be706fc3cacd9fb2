-- level: error
-- title: A deferrable foreign key
-- why: PostgreSQL would refuse another tenant's row only at COMMIT, when the caller has already continued.
-- fix: Make it NOT DEFERRABLE.
select k.conrelid::regclass, pg_catalog.format('%s is deferrable', k.conname)
from pg_catalog.pg_constraint k join pg_catalog.pg_namespace n on n.oid = k.connamespace
where k.contype = 'f' and k.condeferrable and n.nspname in ('public', 'private')
