-- metric: aira_analytics_age_seconds
-- help: Seconds since each materialized view was refreshed
-- labels: view
select r.view_name, extract(epoch from pg_catalog.now() - r.refreshed_at) from private.analytics_refreshes r where r.refreshed_at is not null
