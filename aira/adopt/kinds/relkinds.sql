-- Relations with the name of one of the tables that are not ordinary tables.
select '', c.relname, to_jsonb(case c.relkind when 'p' then 'partitioned' when 'v' then 'a view' when 'f' then 'a foreign table' else 'something else' end)
from pg_catalog.pg_class c where c.oid = any(%(tables)s::regclass[]) and c.relkind <> 'r'
