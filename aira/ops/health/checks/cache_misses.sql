-- title: Cache misses
-- why: Pages that are not in memory come from the disk, which is a hundred times slower.
-- hint: Raise shared_buffers, or find the statement that reads whole tables.
-- unit: % missed
-- warn: 10
-- critical: 30
select d.datname, pg_catalog.round(100.0 * d.blks_read / (d.blks_read + d.blks_hit), 1),
       pg_catalog.format('%s blocks were read from the disk, %s found in memory', d.blks_read, d.blks_hit)
from pg_catalog.pg_stat_database d where d.datname = pg_catalog.current_database() and d.blks_read > 1000000
