-- title: Jobs
-- note: Number of jobs by task and state.
select j.task_name as task, j.status::text as state, pg_catalog.count(distinct j.id) as jobs,
       coalesce(pg_catalog.to_char(pg_catalog.max(e.at) at time zone 'UTC', 'FMDD Mon YYYY HH24:MI'), '–') as "newest, UTC"
from jobs.procrastinate_jobs j left join jobs.procrastinate_events e on e.job_id = j.id
group by j.task_name, j.status order by j.status = 'failed' desc, j.task_name, j.status limit 60
