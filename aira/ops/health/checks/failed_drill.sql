-- title: Failed restore drill
-- why: The newest restore drill produced a database that differs from the one that was backed up.
-- hint: The drill's page shows the differences. Make a new backup and drill it. Keep the failed backup, and find out what changed it.
-- unit: problems
-- critical: 1
select d.file, pg_catalog.jsonb_array_length(d.problems), d.problems ->> 0
from (select * from console.restore_drills order by at desc limit 1) d
where d.problems <> '[]'
