-- title: Tables by size
-- note: Rows are estimates. A partitioned table has one row for each month.
select s.relid::regclass::text as "table", pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(s.relid)) as "total size",
       pg_catalog.pg_size_pretty(pg_catalog.pg_indexes_size(s.relid)) as indexes, s.n_live_tup as rows, s.n_dead_tup as "dead rows",
       s.seq_scan as "full scans", coalesce(s.idx_scan, 0) as "index scans",
       coalesce(pg_catalog.to_char(greatest(s.last_vacuum, s.last_autovacuum) at time zone 'UTC', 'FMDD Mon YYYY HH24:MI'), 'never') as "vacuumed, UTC"
from pg_catalog.pg_stat_user_tables s order by pg_catalog.pg_total_relation_size(s.relid) desc limit 20
