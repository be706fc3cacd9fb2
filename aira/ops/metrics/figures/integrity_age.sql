-- metric: aira_integrity_age_seconds
-- help: Seconds since the newest integrity run
-- labels:
select extract(epoch from pg_catalog.now() - max(r.at)) from console.integrity_runs r having max(r.at) is not null
