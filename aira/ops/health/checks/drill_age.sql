-- title: Newest restore drill
-- why: Only a restore shows that a backup is usable.
-- hint: Run manage.py restore_drill, and find out why its timer did not.
-- unit: days
-- warn: 8
-- critical: 32
select 'drills', extract(epoch from pg_catalog.now() - coalesce(d.at, b.first)) / 86400,
       case when d.at is null then 'no backup was ever restored as a test'
            else pg_catalog.format('the newest was on %s UTC', pg_catalog.to_char(d.at at time zone 'UTC', 'FMDD Mon YYYY HH24:MI')) end
from (select pg_catalog.min(taken_at) as first from console.backups) b,
     (select pg_catalog.max(at) as at from console.restore_drills) d
where b.first is not null
