-- title: Dead rows
-- why: Autovacuum is too slow. The table grows, and scans read dead rows.
-- hint: Run vacuum (analyze) on the table, then lower its autovacuum_vacuum_scale_factor.
-- unit: % dead
-- warn: 30
-- critical: 60
select s.relid::regclass::text, pg_catalog.round(100.0 * s.n_dead_tup / (s.n_dead_tup + s.n_live_tup), 1),
       pg_catalog.format('%s dead and %s live rows', s.n_dead_tup, s.n_live_tup)
from pg_catalog.pg_stat_user_tables s where s.n_dead_tup > 10000
