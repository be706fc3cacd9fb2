-- title: Indexes by size and use
-- note: Uses are counted since the statistics were reset, on this server only. Each replica counts its own.
select s.indexrelid::regclass::text as "index", s.relid::regclass::text as "table",
       pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(s.indexrelid)) as size, s.idx_scan as used,
       case when i.indisunique then 'unique' else '–' end as kind
from pg_catalog.pg_stat_user_indexes s join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
order by pg_catalog.pg_relation_size(s.indexrelid) desc, s.idx_scan limit 25
