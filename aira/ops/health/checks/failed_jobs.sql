-- title: Failed jobs
-- why: Their work was not done.
-- hint: Read the job's error in the worker's log. Retry it on the console's page of jobs.
-- unit: in 24 h
-- warn: 1
-- critical: 50
select j.task_name, pg_catalog.count(distinct j.id), pg_catalog.format('the newest failed at %s', pg_catalog.max(e.at))
from jobs.procrastinate_jobs j join jobs.procrastinate_events e on e.job_id = j.id and e.type = 'failed'
where j.status = 'failed' and e.at > pg_catalog.now() - interval '1 day' group by j.task_name
