-- title: WAL archiving
-- why: Without archived WAL, the database can't be restored to a point in time. The WAL also fills the disk.
-- hint: Find the error of archive_command in the server's log.
-- critical: 1
select 'archive_command', 1,
       pg_catalog.format('%s failed at %s; %s failures', a.last_failed_wal, a.last_failed_time, a.failed_count)
from pg_catalog.pg_stat_archiver a
where pg_catalog.current_setting('archive_mode') <> 'off'
  and a.last_failed_time > coalesce(a.last_archived_time, '-infinity')
