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

-- Refresh one materialized view of schema analytics while it can be read, and record the result.
-- p_view: its name.
-- Returns refreshed; failed (analytics_refreshes has the error); or busy (another session is refreshing it).
-- Call it separately for each view: one call is one transaction, whose snapshot prevents vacuum from removing
-- dead rows.
-- SECURITY DEFINER: only the owner can refresh a materialized view. EXECUTE is granted to console.
-- Errors: 42P01 the schema has no materialized view of that name.
create or replace function private.refresh_analytics(p_view text)
returns text
language plpgsql security definer
-- Without JIT: the planner can only guess how many rows a function returns, and would compile statements that
-- end sooner than the compilation.
set search_path = '' set jit = off
as $$
declare
    v_begun constant timestamptz := pg_catalog.clock_timestamp();
    v_populated boolean;
    v_rows bigint;
    v_error text;
begin
    select c.relispopulated into v_populated
    from pg_catalog.pg_class c
    where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'm' and c.relname = p_view;
    if not found then
        raise exception 'analytics has no materialized view "%"', p_view
            using errcode = 'undefined_table',
                  hint = pg_catalog.format('Use one of: %s.', (
                      select pg_catalog.string_agg(c.relname, ', ' order by c.relname) from pg_catalog.pg_class c
                      where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'm'));
    end if;
    if not pg_catalog.pg_try_advisory_xact_lock(
            pg_catalog.hashtext('private.analytics_refreshes'), pg_catalog.hashtext(p_view)) then
        return 'busy';
    end if;
    begin
        -- A restored schema has views that were never filled. These can't be refreshed CONCURRENTLY.
        execute pg_catalog.format('refresh materialized view %s analytics.%I', case when v_populated then 'concurrently' end, p_view);
        execute pg_catalog.format('select pg_catalog.count(*) from analytics.%I', p_view) into v_rows;
    exception when query_canceled or others then
        -- A timeout counts as a failure, too: it ends this refresh, and staff should see it.
        v_error := sqlerrm;
    end;
    if v_error is not null then
        insert into private.analytics_refreshes as r (view_name, failed_at, error)
        values (p_view, v_begun, v_error)
        on conflict (view_name) do update set failed_at = excluded.failed_at, error = excluded.error;
        return 'failed';
    end if;
    insert into private.analytics_refreshes as r (view_name, refreshed_at, duration, row_count)
    values (p_view, v_begun,
            pg_catalog.ceil(extract(epoch from pg_catalog.clock_timestamp() - v_begun) * 1000), v_rows)
    on conflict (view_name) do update
    set refreshed_at = excluded.refreshed_at, duration = excluded.duration, row_count = excluded.row_count, error = null;
    return 'refreshed';
end $$;

revoke all on function private.refresh_analytics(text) from public;
grant execute on function private.refresh_analytics(text) to console;
