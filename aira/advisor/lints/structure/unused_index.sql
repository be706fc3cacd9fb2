-- level: info
-- title: An index that no query used
-- why: Writes update it. Uses are counted since the statistics were reset.
-- fix: Drop it if no query used it for a whole month.
select s.indexrelid::regclass, pg_catalog.format('takes %s and was never used', pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(s.indexrelid)))
from pg_catalog.pg_stat_user_indexes s
join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
where s.schemaname in ('public', 'private', 'audit') and s.idx_scan = 0 and not i.indisunique
  and pg_catalog.pg_relation_size(s.indexrelid) > 10 * 1024 * 1024
