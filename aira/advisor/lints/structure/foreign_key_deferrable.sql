-- level: error
-- title: A foreign key that is checked at COMMIT
-- why: The row of another tenant would be refused at COMMIT, after the caller has continued.
-- fix: Make it NOT DEFERRABLE.
select k.conrelid::regclass, pg_catalog.format('%s is deferrable', k.conname)
from pg_catalog.pg_constraint k join pg_catalog.pg_namespace n on n.oid = k.connamespace
where k.contype = 'f' and k.condeferrable and n.nspname in ('public', 'private')
