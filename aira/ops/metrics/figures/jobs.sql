-- metric: aira_jobs
-- help: Background jobs that wait, run or have failed
-- labels: status
select s.status, (select count(*) from jobs.procrastinate_jobs j where j.status::text = s.status)
from (values ('todo'), ('doing'), ('failed')) s (status)
