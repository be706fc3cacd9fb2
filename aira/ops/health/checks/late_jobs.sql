-- title: Overdue jobs
-- why: Jobs make partitions, purge, refresh analytics and rescue documents.
-- hint: Check that the worker runs: manage.py worker --only jobs.
-- unit: min
-- warn: 15
-- critical: 120
select j.task_name, pg_catalog.round(pg_catalog.extract('epoch', pg_catalog.now() - min(coalesce(j.scheduled_at, e.at))) / 60)::numeric(12,0),
       pg_catalog.count(*) || ' are due'
from jobs.procrastinate_jobs j left join jobs.procrastinate_events e on e.job_id = j.id and e.type = 'deferred'
where j.status = 'todo' and coalesce(j.scheduled_at, e.at) < pg_catalog.now() group by j.task_name
