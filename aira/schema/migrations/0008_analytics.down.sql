drop function if exists private.refresh_analytics(text);
drop policy if exists analytics_refreshes_select_console on private.analytics_refreshes;
drop schema if exists analytics;
