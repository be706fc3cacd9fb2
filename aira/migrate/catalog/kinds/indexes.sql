select pg_catalog.format('%I.%I', n.nspname, i.relname),
       pg_catalog.pg_get_indexdef(i.oid) || case when x.indisvalid then '' else ' NOT VALID' end
from pg_catalog.pg_index x
join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_namespace n on n.oid = i.relnamespace
where n.nspname = any(:schemas) and not i.relispartition
  and not exists (select from pg_catalog.pg_class c where c.oid = x.indrelid and c.relispartition)
  and x.indrelid not in :members
