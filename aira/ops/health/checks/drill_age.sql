-- title: Newest restore drill
-- why: A backup that was never restored is a hope.
-- hint: Run manage.py restore_drill, and see why its timer did not.
-- unit: days
-- warn: 8
-- critical: 32
select 'drills', extract(epoch from pg_catalog.now() - coalesce(d.at, b.first)) / 86400,
       case when d.at is null then 'no backup was ever restored to see whether it is one'
            else pg_catalog.format('the newest was on %s UTC', pg_catalog.to_char(d.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')) end
from (select pg_catalog.min(taken_at) as first from console.backups) b,
     (select pg_catalog.max(at) as at from console.restore_drills) d
where b.first is not null
