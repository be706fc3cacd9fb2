-- metric: aira_backup_age_seconds
-- help: Since what the newest backup holds
-- labels:
select extract(epoch from pg_catalog.now() - max(b.taken_at)) from console.backups b having max(b.taken_at) is not null
