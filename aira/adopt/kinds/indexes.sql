-- Definitions of indexes from USING on, after the names. Indexes of constraints are listed as constraints.
select c.relname, i.relname,
       to_jsonb(case when x.indisunique then 'UNIQUE ' else '' end || substring(pg_get_indexdef(x.indexrelid) from 'USING .*')
                || case when x.indisvalid then '' else ' (invalid)' end)
from pg_catalog.pg_index x
join pg_catalog.pg_class c on c.oid = x.indrelid
join pg_catalog.pg_class i on i.oid = x.indexrelid
where c.oid = any(%(tables)s::regclass[])
  and not exists (select from pg_catalog.pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
