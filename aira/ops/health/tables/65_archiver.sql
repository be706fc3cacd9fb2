-- title: WAL archive
-- note: The server's figures. Without archiving, the database can't be restored to a point in time.
select pg_catalog.current_setting('archive_mode') as "archive mode", coalesce(a.last_archived_wal, '–') as "last archived",
       coalesce(pg_catalog.to_char(a.last_archived_time at time zone 'UTC', 'FMDD Mon YYYY HH24:MI'), 'never') as "at, UTC", a.failed_count as failures,
       (select pg_catalog.count(*) from private.archives) as "months in archive files"
from pg_catalog.pg_stat_archiver a
