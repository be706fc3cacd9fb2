-- title: Dead rows
-- why: Autovacuum does not keep up: the table grows and scans read what nobody sees.
-- hint: vacuum (analyze) the table; then lower its autovacuum_vacuum_scale_factor.
-- unit: % dead
-- warn: 30
-- critical: 60
select s.relid::regclass::text, pg_catalog.round(100.0 * s.n_dead_tup / (s.n_dead_tup + s.n_live_tup), 1),
       pg_catalog.format('%s dead beside %s living rows', s.n_dead_tup, s.n_live_tup)
from pg_catalog.pg_stat_user_tables s where s.n_dead_tup > 10000
