-- Schema `analytics` holds materialized views. Each is in the app whose tables it reads. Only console may
-- read them, since row security does not apply to them. Users get their own rows through views in public.
create schema if not exists analytics;
revoke all on schema analytics from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant usage on schema analytics to console;

-- Only private.refresh_analytics() writes this table.
alter table private.analytics_refreshes enable row level security;
revoke all on private.analytics_refreshes from public, anon, authenticated, service_role, voice_agent, kb_updater, console;
grant select on private.analytics_refreshes to console;
drop policy if exists analytics_refreshes_select_console on private.analytics_refreshes;
create policy analytics_refreshes_select_console on private.analytics_refreshes for select to console using (true);
