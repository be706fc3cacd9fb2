-- Foreign keys from other tables to the tables.
select c.relname, k.conname, to_jsonb(k.conrelid::regclass::text)
from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.confrelid
where k.contype = 'f' and c.oid = any(%(tables)s::regclass[]) and not k.conrelid = any(%(tables)s::regclass[])
