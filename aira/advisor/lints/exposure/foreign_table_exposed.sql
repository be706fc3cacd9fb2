-- level: error
-- title: A foreign table that the data API reaches
-- why: Row security does not apply to foreign tables.
-- fix: Move it to an unexposed schema.
select c.oid::regclass, 'is a foreign table in an exposed schema'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'f' and n.nspname = 'public'
