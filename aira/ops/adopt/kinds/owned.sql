-- Whether each table is ours to change.
select '', c.relname, to_jsonb(pg_catalog.pg_has_role(current_user, c.relowner, 'USAGE'))
from pg_catalog.pg_class c where c.oid = any(%(tables)s::regclass[])
