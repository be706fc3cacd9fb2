-- title: Restore drill that failed
-- why: The newest drill did not give back the database that was backed up.
-- hint: See what differs on the drill's page; make a new backup and drill it. Keep the one that failed, and find out what changed it.
-- unit: problems
-- critical: 1
select d.file, pg_catalog.jsonb_array_length(d.problems), d.problems ->> 0
from (select * from console.restore_drills order by at desc limit 1) d
where d.problems <> '[]'
