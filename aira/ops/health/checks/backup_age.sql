-- title: Newest backup
-- why: What was written after it is lost with the database.
-- hint: Run manage.py backup, and see why its timer did not. A database that never had one is left alone: it may be backed up by others.
-- unit: hours
-- warn: 26
-- critical: 72
select b.file, extract(epoch from pg_catalog.now() - b.taken_at) / 3600,
       pg_catalog.format('the newest backup is of %s UTC', pg_catalog.to_char(b.taken_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'))
from console.backups b order by b.taken_at desc limit 1
