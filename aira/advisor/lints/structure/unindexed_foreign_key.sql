-- level: warn
-- title: A foreign key without a full index
-- why: To delete or move the parent, PostgreSQL reads the whole table. A partial index does not help.
-- fix: create index on … (the columns of the key).
select k.conrelid::regclass, pg_catalog.format('%s has no index', k.conname)
from pg_catalog.pg_constraint k join pg_catalog.pg_namespace n on n.oid = k.connamespace
where k.contype = 'f' and n.nspname in ('public', 'private', 'audit') and not exists (
    select from pg_catalog.pg_index i
    where i.indrelid = k.conrelid and i.indpred is null and i.indisvalid
      and (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] @> k.conkey)
