-- The function that each trigger calls.
select c.relname, t.tgname, to_jsonb(p.proname)
from pg_catalog.pg_trigger t
join pg_catalog.pg_class c on c.oid = t.tgrelid
join pg_catalog.pg_proc p on p.oid = t.tgfoid
where c.oid = any(%(tables)s::regclass[]) and not t.tgisinternal
