-- metric: aira_backup_age_seconds
-- help: Seconds since the state that the newest backup contains
-- labels:
select extract(epoch from pg_catalog.now() - max(b.taken_at)) from console.backups b having max(b.taken_at) is not null
