-- Constraints except NOT NULL, which columns.sql has.
select c.relname, k.conname, to_jsonb(pg_get_constraintdef(k.oid))
from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid
where c.oid = any(%(tables)s::regclass[]) and k.contype in ('c', 'f', 'p', 'u', 'x')
