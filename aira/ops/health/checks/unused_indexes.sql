-- title: Unused indexes
-- why: Each write updates them, and they take memory from indexes that are read.
-- hint: If the statistics cover a whole month and no replica uses the index, drop it concurrently in a migration. docs/TROUBLESHOOTING.md lists all of them.
-- unit: MB
-- warn: 64
select x.indexrelid::regclass, pg_catalog.round(pg_catalog.pg_relation_size(x.indexrelid) / 1048576.0, 2),
       pg_catalog.format('never read since %3$s, while other indexes of %1$s were read %2$s times', x.indrelid::regclass, t.idx_scan,
           coalesce(pg_catalog.to_char(d.stats_reset at time zone 'UTC', 'FMDD Mon YYYY'), 'the statistics began'))
from pg_catalog.pg_stat_user_indexes s join pg_catalog.pg_index x using (indexrelid)
join pg_catalog.pg_stat_user_tables t on t.relid = x.indrelid
join pg_catalog.pg_stat_database d on d.datname = pg_catalog.current_database()
where s.idx_scan = 0
  -- Indexes that enforce a rule stay. The table's other indexes must have been read often, since right after
  -- a reset no index was.
  and not x.indisunique and not x.indisexclusion and t.idx_scan > 10000
