-- title: Newest backup
-- why: Changes since the newest backup are lost if the database is lost.
-- hint: Run manage.py backup, and find out why its timer did not. A database without any backup is not checked: others may back it up.
-- unit: hours
-- warn: 26
-- critical: 72
select b.file, extract(epoch from pg_catalog.now() - b.taken_at) / 3600,
       pg_catalog.format('the newest backup is of %s UTC', pg_catalog.to_char(b.taken_at at time zone 'UTC', 'FMDD Mon YYYY HH24:MI'))
from console.backups b order by b.taken_at desc limit 1
