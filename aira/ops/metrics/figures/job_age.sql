-- metric: aira_job_overdue_seconds
-- help: Seconds for which the oldest waiting job has been due
-- labels:
select coalesce(greatest(0, extract(epoch from pg_catalog.now() - min(coalesce(j.scheduled_at, e.at)))), 0)
from jobs.procrastinate_jobs j join jobs.procrastinate_events e on e.job_id = j.id and e.type = 'deferred'
where j.status = 'todo'
