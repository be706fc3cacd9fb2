-- title: Age of the analytics
-- why: Staff and customers see old figures.
-- hint: Check that the worker runs: it refreshes every 15 minutes. Run manage.py refresh_analytics to refresh now and to see which view fails.
-- unit: min
-- warn: 45
-- critical: 360
select r.view_name, pg_catalog.extract('epoch', pg_catalog.now() - coalesce(r.refreshed_at, r.failed_at)) / 60::numeric(12,0),
       coalesce('the last refresh failed: ' || r.error, 'not refreshed since ' || coalesce(r.refreshed_at::text, 'the migration'))
from private.analytics_refreshes r
where coalesce(r.refreshed_at, r.failed_at) is not null
